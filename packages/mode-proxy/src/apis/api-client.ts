import type { Api, ApiRequest, ApiResponse, Clock, Exchange, Scheduler } from "@backworks/core";
import { BackworksError, isBackworksError } from "@backworks/core";
import { errors } from "undici";
import type { MethodRetryPolicy } from "../retry/create-policy.ts";
import { decodeContent } from "../transform/content.ts";
import type { GroupView } from "../upstream/group.ts";
import type { AttemptOutcome, Target } from "../upstream/target.ts";
import { toFailure, wasConnected } from "../wire/failure.ts";
import { toMessage, toResponse } from "./api-message.ts";
import type { ApiMessage } from "./api-message.ts";
import type { Authentication, ProofHeader } from "./authentication.ts";
import type { RateGate } from "./rate-gate.ts";
import { wait } from "./wait.ts";

/** What an API is made of. */
export interface ApiParts {
  readonly name: string;
  readonly upstream: GroupView;
  readonly authentication: Authentication;
  /** Those of the configuration, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly gate: RateGate | undefined;
  readonly retries: MethodRetryPolicy | undefined;
  readonly timeoutMs: number;
  /** Largest answer, in bytes. */
  readonly limit: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

/** One external API: asks it for handlers, and knows what endpoints need that forward to it. */
export class ApiClient implements Api {
  readonly parts: ApiParts;

  constructor(parts: ApiParts) {
    this.parts = parts;
  }

  /** Its server, with another time for a new connection. */
  within(connectMs: number): GroupView {
    return this.parts.upstream.group.withConnectTime(connectMs);
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const { scheduler, timeoutMs } = this.parts;
    const limitMs = request.timeoutMs ?? timeoutMs;
    const time = new AbortController();
    const late = new BackworksError("BW_UPSTREAM_TIMEOUT", { upstream: this.parts.name, limit: limitMs });
    const cancel = scheduler.after(limitMs, () => time.abort(late));
    const leave = (): void => time.abort(request.signal?.reason ?? new BackworksError("BW_REQUEST_ABORTED"));
    if (request.signal?.aborted === true) leave();
    request.signal?.addEventListener("abort", leave, { once: true });
    try {
      return await this.#ask(request, { signal: time.signal, limitMs });
    } catch (error) {
      throw time.signal.aborted ? time.signal.reason : error;
    } finally {
      cancel();
      request.signal?.removeEventListener("abort", leave);
    }
  }

  async #ask(request: ApiRequest, time: Time): Promise<ApiResponse> {
    const { authentication, headers, retries } = this.parts;
    const message = toMessage(request, { headers, query: authentication.query });
    retries?.onRequest();
    let count = 1;
    let isProven = false;
    for (;;) {
      const { header, ...attempt } = await this.#attempt(message, time);
      if (attempt.answer?.status === 401 && !isProven && authentication.refused(header)) {
        isProven = true;
        continue;
      }
      const waitMs = retries?.waitAfter(count, message.method, attempt.outcome);
      if (waitMs === undefined) return answerOf(attempt);
      count += 1;
      await wait(waitMs, this.parts.scheduler, time.signal);
    }
  }

  /** Waits for its turn and its token, and asks once. */
  async #attempt(message: ApiMessage, time: Time): Promise<Attempt & { readonly header: ProofHeader | undefined }> {
    const { gate, authentication } = this.parts;
    await gate?.pass(time.limitMs, time.signal);
    const header = await authentication.header(time.signal);
    return { header, ...(await this.#askOnce(withHeader(message, header), time)) };
  }

  async #askOnce(message: ApiMessage, { signal }: Time): Promise<Attempt> {
    const { upstream, clock } = this.parts;
    const { method } = message;
    // One target without cookies: nobody looks at the exchange.
    const target = upstream.pick(undefined as unknown as Exchange, []);
    if (target === undefined) throw new BackworksError("BW_UPSTREAM_NONE", { upstream: upstream.name });
    const began = clock.monotonic();
    target.inFlight += 1;
    try {
      const answer = await this.#send(message, target, signal);
      const outcome: AttemptOutcome = { kind: "answered", status: answer.status, ms: clock.monotonic() - began };
      upstream.report(target, { ...outcome, method });
      return { answer, outcome };
    } catch (error) {
      return this.#failed(error, { target, method, signal });
    } finally {
      target.inFlight -= 1;
    }
  }

  #failed(thrown: unknown, { target, method, signal }: Failing): Attempt {
    const { upstream, name, retries } = this.parts;
    if (signal.aborted || isBackworksError(thrown)) {
      const isLate = isBackworksError(signal.reason) && signal.reason.code === "BW_UPSTREAM_TIMEOUT";
      const outcome: AttemptOutcome = isLate ? { kind: "failed", failure: "timeout" } : { kind: "cancelled" };
      upstream.report(target, { ...outcome, method });
      throw thrown;
    }
    const failure = toFailure(thrown, {
      upstream: name,
      connected: wasConnected(thrown),
      limits: { UND_ERR_CONNECT_TIMEOUT: target.connectMs, UND_ERR_HEADERS_TIMEOUT: retries?.perTryMs ?? Infinity },
    });
    if (failure === undefined) throw thrown;
    const outcome: AttemptOutcome = { kind: "failed", failure: failure.kind };
    upstream.report(target, { ...outcome, method });
    return { outcome, error: failure.error };
  }

  async #send({ method, path, headers, body }: ApiMessage, target: Target, signal: AbortSignal): Promise<ApiResponse> {
    const { limit, retries, scheduler } = this.parts;
    const time = limitedTime(retries?.perTryMs ?? Infinity, scheduler, signal);
    const asked = target.dispatcher.request({
      method,
      path: target.path + path || "/",
      headers,
      body: body ?? null,
      signal: time.signal,
    });
    const answer = await asked.finally(time.end);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limit) throw new BackworksError("BW_UPSTREAM_TOO_LARGE", { limit });
      chunks.push(chunk);
    }
    const coding = answer.headers["content-encoding"];
    const bytes = await decodeContent(Buffer.concat(chunks), coding === undefined ? undefined : String(coding), limit);
    return toResponse(answer.statusCode, answer.headers, bytes);
  }
}

/** A signal that is aborted with another one, or when the time is up, as undici would tell that. */
function limitedTime(
  limitMs: number,
  scheduler: Scheduler,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly end: () => void } {
  if (limitMs === Infinity) return { signal, end: () => {} };
  const time = new AbortController();
  const end = scheduler.after(limitMs, () => time.abort(new errors.HeadersTimeoutError()));
  return { signal: AbortSignal.any([signal, time.signal]), end };
}

interface Time {
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

interface Failing extends Pick<Time, "signal"> {
  readonly target: Target;
  readonly method: string;
}

interface Attempt {
  readonly answer?: ApiResponse;
  readonly outcome: AttemptOutcome;
  /** What went wrong when there is no answer. */
  readonly error?: BackworksError;
}

function answerOf({ answer, error }: Attempt): ApiResponse {
  if (answer !== undefined) return answer;
  throw error ?? new BackworksError("BW_INTERNAL");
}

/** Authentication wins over what a handler sets. */
function withHeader(message: ApiMessage, header: ProofHeader | undefined): ApiMessage {
  return header === undefined ? message : { ...message, headers: { ...message.headers, [header[0]]: header[1] } };
}
