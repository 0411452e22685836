import type { Clock, Exchange, Random, Scheduler } from "@backworks/core";
import type { RequestTap, TappedRequest } from "../options/plan.ts";
import { withoutHeaders } from "../rewrite/create-edits.ts";
import type { Target, Upstream, UpstreamFailure } from "../upstream/target.ts";
import { toFailure, wasConnected } from "../wire/failure.ts";

/** How requests are copied. */
export interface MirrorSettings {
  readonly upstream: Upstream;
  /** Share of the requests, 0 to 1. */
  readonly ratio: number;
  /** Larger bodies are not copied, in bytes. */
  readonly bodyLimit: number;
  /** Copies under way at once. */
  readonly most: number;
  /** Until a copy is answered. */
  readonly timeoutMs: number;
  readonly random: Random;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Path and query below the path of the target. */
  toPath(exchange: Exchange): string;
}

/** Listens in on requests and sends copies elsewhere; nobody waits for them, and nothing of them comes back. */
export class Mirror {
  readonly #settings: MirrorSettings;
  #underWay = 0;

  constructor(settings: MirrorSettings) {
    this.#settings = settings;
  }

  /** Listens in on one request, if it is among those that are copied. */
  tap(exchange: Exchange, request: TappedRequest): RequestTap | undefined {
    const { ratio, most, upstream, toPath } = this.#settings;
    if (this.#underWay >= most || this.#settings.random() >= ratio) return undefined;
    const target = upstream.pick(exchange, []);
    if (target === undefined) return undefined;
    this.#underWay += 1;
    return new Copy({ ...request, path: target.path + toPath(exchange) }, this.#settings, (copy) => {
      // Nobody waits for it, and it never fails.
      void this.#finish(copy, target);
    });
  }

  async #finish(copy: SentCopy | undefined, target: Target): Promise<void> {
    if (copy !== undefined) await this.#send(copy, target);
    this.#underWay -= 1;
  }

  async #send({ method, path, headers, chunks }: SentCopy, target: Target): Promise<void> {
    const { upstream, timeoutMs, clock, scheduler } = this.#settings;
    const time = new AbortController();
    const cancel = scheduler.after(timeoutMs, () => time.abort());
    const began = clock.monotonic();
    target.inFlight += 1;
    try {
      const body = chunks.length === 0 ? null : Buffer.concat(chunks);
      // The method came from a request.
      const options = { method: method as "GET", path, headers: [...headers], body, signal: time.signal };
      const { statusCode: status, body: answer } = await target.dispatcher.request(options);
      const ms = clock.monotonic() - began;
      await answer.dump({ limit: Infinity, signal: time.signal });
      if (answer.errored !== null) throw answer.errored;
      upstream.report(target, { kind: "answered", status, ms, method });
    } catch (error) {
      const failure = time.signal.aborted ? "timeout" : failureOf(error, upstream);
      upstream.report(
        target,
        failure === undefined ? { kind: "cancelled", method } : { kind: "failed", failure, method },
      );
    } finally {
      target.inFlight -= 1;
      cancel();
    }
  }
}

function failureOf(error: unknown, { name }: Upstream): UpstreamFailure | undefined {
  return toFailure(error, { upstream: name, connected: wasConnected(error), limits: {} })?.kind;
}

interface SentCopy extends TappedRequest {
  readonly chunks: readonly Uint8Array[];
}

/** What the connection to another server writes itself. */
const ofTheConnection: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding", "expect"]);

/** One request being listened to. */
class Copy implements RequestTap {
  readonly #request: TappedRequest;
  readonly #limit: number;
  readonly #finish: (copy: SentCopy | undefined) => void;
  #chunks: Uint8Array[] | undefined = [];
  #size = 0;

  constructor(request: TappedRequest, { bodyLimit }: MirrorSettings, finish: (copy: SentCopy | undefined) => void) {
    this.#request = { ...request, headers: withoutHeaders(request.headers, ofTheConnection) };
    this.#limit = bodyLimit;
    this.#finish = finish;
  }

  data(chunk: Uint8Array): void {
    if (this.#chunks === undefined) return;
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.abort();
    // Whoever sends it may write over it afterwards.
    else this.#chunks.push(Uint8Array.from(chunk));
  }

  end(): void {
    const chunks = this.#chunks;
    this.#chunks = undefined;
    if (chunks !== undefined) this.#finish({ ...this.#request, chunks });
  }

  abort(): void {
    if (this.#chunks === undefined) return;
    this.#chunks = undefined;
    this.#finish(undefined);
  }
}
