import type { BodySource } from "../../body-source.ts";
import { isSource } from "../../body-source.ts";
import type { Scheduler } from "../../clock.ts";
import { BackworksError } from "../../errors.ts";
import type {
  BackworksRequest,
  BackworksResponse,
  Exchange,
  ForwardedTo,
  Handler,
  MaybePromise,
  RequestBody,
  ResponseBody,
  ResponseInit,
  RouteInfo,
  StateKey,
  TraceContext,
} from "../../exchange.ts";
import type { HeaderInit } from "../../headers.ts";
import { toOwnResponse } from "../../response.ts";

/**
 * An exchange as one branch sees it: with a signal that also ends when the branch's time is over, and with the path parameters that it knows.
 *
 * What it answers with `respond` once its time is over reaches nobody.
 */
export class Attempt implements Exchange {
  readonly request: BackworksRequest;
  readonly #exchange: Exchange;
  #isOver = false;
  #reason: unknown = undefined;
  #abort: AbortController | undefined = undefined;
  #onLeave: ((reason: unknown) => void) | undefined = undefined;

  constructor(exchange: Exchange, params: BackworksRequest["params"] = exchange.request.params) {
    this.#exchange = exchange;
    this.request =
      params === exchange.request.params ? exchange.request : new RequestWithParams(exchange.request, params);
  }

  /** Tells the branch to stop. */
  end(reason: unknown): void {
    const tell = this.#onLeave;
    if (tell !== undefined) this.onLeave(undefined);
    this.#isOver = true;
    this.#reason = reason;
    this.#abort?.abort(reason);
    tell?.(reason);
  }

  /** Made when first read, as that of the exchange is, and gone with it: what `AbortSignal.any` makes is kept as long as it has a listener. */
  get signal(): AbortSignal {
    this.#abort ??= this.#startToListen();
    return this.#abort.signal;
  }

  #startToListen(): AbortController {
    const abort = new AbortController();
    const { signal } = this.#exchange;
    const leave = (): void => abort.abort(signal.reason);
    if (this.#isOver) abort.abort(this.#reason);
    else if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    return abort;
  }

  onLeave(listener: ((reason: unknown) => void) | undefined): void {
    // Once its time is over the exchange is another branch's.
    if (this.#isOver) return;
    this.#onLeave = listener;
    this.#exchange.onLeave(listener);
  }

  get id(): string {
    return this.#exchange.id;
  }

  get trace(): TraceContext {
    return this.#exchange.trace;
  }

  get startedAt(): number {
    return this.#exchange.startedAt;
  }

  get route(): RouteInfo | undefined {
    return this.#exchange.route;
  }

  get response(): BackworksResponse | undefined {
    return this.#exchange.response;
  }

  set response(response: BackworksResponse | undefined) {
    if (!this.#isOver) this.#exchange.response = response;
  }

  get forwardedTo(): ForwardedTo | undefined {
    return this.#exchange.forwardedTo;
  }

  set forwardedTo(server: ForwardedTo | undefined) {
    if (!this.#isOver) this.#exchange.forwardedTo = server;
  }

  respond(init: ResponseInit): BackworksResponse {
    return this.#isOver ? toOwnResponse(init) : this.#exchange.respond(init);
  }

  inform(status: number, headers?: HeaderInit): void {
    if (!this.#isOver) this.#exchange.inform(status, headers);
  }

  state<T>(key: StateKey<T>): T {
    return this.#exchange.state(key);
  }
}

/** A request whose path was matched by another pattern. */
class RequestWithParams implements BackworksRequest {
  readonly params: BackworksRequest["params"];
  readonly #request: BackworksRequest;

  constructor(request: BackworksRequest, params: BackworksRequest["params"]) {
    this.#request = request;
    this.params = params;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return this.#request.url;
  }

  get path(): string {
    return this.#request.path;
  }

  get search(): string {
    return this.#request.search;
  }

  get query(): BackworksRequest["query"] {
    return this.#request.query;
  }

  get headers(): BackworksRequest["headers"] {
    return this.#request.headers;
  }

  get rawHeaders(): readonly string[] {
    return this.#request.rawHeaders;
  }

  get cookies(): BackworksRequest["cookies"] {
    return this.#request.cookies;
  }

  get ip(): string {
    return this.#request.ip;
  }

  get peer(): BackworksRequest["peer"] {
    return this.#request.peer;
  }

  get received(): RequestBody | undefined {
    return this.#request.received;
  }

  body(): Promise<RequestBody> {
    return this.#request.body();
  }

  stream(): BodySource | undefined {
    return this.#request.stream();
  }
}

/**
 * What a branch answers with, unless that takes longer than `limitMs`; an answer that comes later is let go of.
 *
 * @throws BW_HANDLER_TIMEOUT
 */
export function answerInTime(
  handler: Handler,
  attempt: Attempt,
  { limitMs, scheduler }: { readonly limitMs: number; readonly scheduler: Scheduler },
): MaybePromise<ResponseInit> {
  const answer = handler(attempt);
  if (!isThenable(answer)) return answer;
  return new Promise((resolve, reject) => {
    let isOver = false;
    const cancel = scheduler.after(limitMs, () => {
      isOver = true;
      const error = new BackworksError("BW_HANDLER_TIMEOUT", { limit: limitMs });
      attempt.end(error);
      reject(error);
    });
    answer.then(
      (init) => {
        cancel();
        if (isOver) letGo(init?.body);
        else resolve(init);
      },
      (error: unknown) => {
        cancel();
        // What the handler rejected with is what the branch fails with; what it says of being too late nobody needs.
        // oxlint-disable-next-line prefer-promise-reject-errors
        if (!isOver) reject(error);
      },
    );
  });
}

export function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** A body that nobody will read lets go of what it holds. */
export function letGo(body: ResponseBody | undefined): void {
  if (isSource(body)) body.cancel();
  else if (typeof body === "object" && body !== null && "destroy" in body && typeof body.destroy === "function") {
    body.destroy();
  }
}
