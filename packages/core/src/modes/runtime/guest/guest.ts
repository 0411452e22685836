import type { FromGuest, GuestOrders, ServiceName, ToGuest, WireRequest } from "../wire.ts";
import type { PlainAnswer } from "./answer.ts";
import type { Ask, ContextParts } from "./context.ts";
import { createMembers } from "./context.ts";
import type { ToFailure } from "./failure.ts";
import { createFailures } from "./failure.ts";
import { HandlerContext } from "./handler-context.ts";
import { toRunHandler } from "./handler.ts";
import { loadHandler } from "./load.ts";
import { toHandlerRequest } from "./request.ts";
import { sendStream, Window } from "./stream.ts";

/** Answers one call. Rejects with what its handler throws. */
export type RunCall = (id: number, request: WireRequest) => Promise<PlainAnswer>;

/** What carries messages to the server. */
export interface GuestPort {
  post(message: FromGuest): void;
  /** Called when no call is under way: what waits may go at once. */
  idle(): void;
  /** Runs `task` as part of a call, so that `strayed` can name it. */
  within<T>(id: number, task: () => T): T;
}

/** The other end of a server's calls: runs a handler and answers in messages. */
export interface RunningGuest {
  /** Whether no call is under way. */
  readonly isIdle: boolean;
  take(message: ToGuest): void;
  /** Something failed that nobody waits for. Ends the call it belongs to. */
  strayed(id: number | undefined, error: unknown): void;
}

interface LiveCall {
  readonly window: Window;
  abort: AbortController | undefined;
  cancelled: string | undefined;
}

/** Loads a handler and says whether calls may come. */
export function runGuest(orders: GuestOrders, port: GuestPort): RunningGuest {
  const guest = new Guest(orders, port);
  guest
    .load()
    .then(
      () => port.post({ ready: true }),
      (error: unknown) => port.post({ failed: guest.failureOf(error) }),
    )
    .finally(() => port.idle());
  return guest;
}

/** A handler in the JavaScript of this thread or process. */
async function openNative(orders: GuestOrders, parts: ContextParts): Promise<RunCall> {
  const run = toRunHandler(await loadHandler(orders.handler));
  const members = createMembers(parts);
  return (id, request) => run(toHandlerRequest(request), new HandlerContext(id, members));
}

class Guest implements RunningGuest {
  readonly failureOf: ToFailure;
  readonly #orders: GuestOrders;
  readonly #port: GuestPort;
  readonly #calls = new Map<number, LiveCall>();
  readonly #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #parts: ContextParts;
  #lastAsked = 0;
  #run: RunCall | undefined;

  constructor(orders: GuestOrders, port: GuestPort) {
    this.failureOf = createFailures(orders.handler);
    this.#orders = orders;
    this.#port = port;
    const ask: Ask = (id, service, args) => this.#ask(id, service, args);
    const post = (message: FromGuest): void => {
      port.post(message);
      if (this.#calls.size === 0) port.idle();
    };
    this.#parts = { orders, ask, post, signalOf: (id) => this.#signalOf(id) };
  }

  async load(): Promise<void> {
    // The sandbox is loaded where it is used only.
    const open = this.#orders.sandbox === undefined ? openNative : (await import("./sandbox.ts")).openSandbox;
    this.#run = await open(this.#orders, this.#parts);
  }

  get isIdle(): boolean {
    return this.#calls.size === 0;
  }

  take(message: ToGuest): void {
    if ("request" in message) this.#begin(message);
    else if ("cancel" in message) this.#cancel(message.cancel, message.reason);
    else if ("more" in message) this.#calls.get(message.more)?.window.open(message.bytes);
    else if ("reply" in message) this.#replied(message);
    else {
      this.#port.post({ pong: message.ping });
      this.#port.idle();
    }
  }

  strayed(id: number | undefined, error: unknown): void {
    // What has no context can only belong to the one that runs.
    const [only] = this.#calls.size === 1 ? this.#calls.keys() : [];
    const owner = id ?? only;
    const failure = this.failureOf(error);
    const known = owner !== undefined && this.#calls.has(owner);
    if (known) this.#end(owner, { id: owner, error: failure });
    else
      this.#port.post({
        log: "error",
        message: "handler failed outside of a call",
        fields: { error: failure.stack ?? failure.message },
      });
    this.#port.idle();
  }

  #begin({ id, request }: Extract<ToGuest, { request: unknown }>): void {
    this.#calls.set(id, { window: new Window(), abort: undefined, cancelled: undefined });
    void this.#port.within(id, () => this.#answer(id, request));
  }

  async #answer(id: number, request: WireRequest): Promise<void> {
    try {
      const answer = await this.#run?.(id, request);
      if (answer !== undefined) await this.#send(id, answer);
    } catch (error) {
      this.#end(id, { id, error: this.failureOf(error) });
    }
  }

  async #send(id: number, { status, headers, body }: PlainAnswer): Promise<void> {
    if (typeof body === "string" || body instanceof Uint8Array || body === null) {
      return this.#end(id, { id, status, headers, body });
    }
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#port.post({ id, status, headers, stream: true });
    await sendStream(body, call.window, (chunk) => this.#port.post({ id, chunk }));
    this.#end(id, { id, end: true });
  }

  /** The first that is said of a call counts. */
  #end(id: number, message: FromGuest): void {
    if (this.#calls.delete(id)) this.#port.post(message);
    if (this.#calls.size === 0) this.#port.idle();
  }

  #cancel(id: number, reason: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.cancelled = reason;
    call.window.close();
    call.abort?.abort(new Error(reason));
  }

  #signalOf(id: number): AbortSignal {
    const call = this.#calls.get(id);
    const abort = call?.abort ?? new AbortController();
    if (call === undefined || call.cancelled !== undefined)
      abort.abort(new Error(call?.cancelled ?? "the call is over"));
    if (call !== undefined) call.abort = abort;
    return abort.signal;
  }

  #ask(id: number, service: ServiceName, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ask = (this.#lastAsked += 1);
      this.#asked.set(ask, { resolve, reject });
      this.#port.post({ ask, id, service, args });
      this.#port.idle();
    });
  }

  #replied({ reply, value, error }: Extract<ToGuest, { reply: unknown }>): void {
    const waiting = this.#asked.get(reply);
    this.#asked.delete(reply);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(Object.assign(new Error(error.message), { code: error.name }));
  }
}
