import type { BodySink, BodySource } from "@backworks/core";
import type { Target } from "../upstream/target.ts";
import type { ClientPool, PooledClient, PooledHandler } from "./client-pool.ts";
import { errors } from "undici";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { toTrailers } from "./response-head.ts";
import type { RawHeaders } from "./response-head.ts";

/** Follows one attempt. */
export interface AttemptOwner {
  /** An interim response, not the last one. */
  informed(attempt: Attempt, status: number, headers: RawHeaders): void;
  /** The head of the answer is there. */
  answered(attempt: Attempt): void;
  /** The answer is whole. */
  completed(attempt: Attempt): void;
  /** Nobody wants the rest. */
  cancelled(attempt: Attempt): void;
  /** Nothing more comes. */
  failed(attempt: Attempt, error: unknown): void;
}

/** Bytes that may wait for somebody to take them before the upstream is paused. */
const waitingBytes = 65_536;

/**
 * One attempt to have a request answered: what a client library tells of it, and the body of the answer.
 *
 * Methods with `on` are called by the library (undici's dispatch; `carry-by-node.ts` speaks the same words).
 */
export class Attempt implements BodySource, PooledHandler, Deadline {
  due = 0;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;
  readonly target: Target;
  /** 0 until the head of an answer is there. */
  status = 0;
  headers: RawHeaders = [];
  /** Whether there was a connection for it. */
  connected = false;
  /** Whether any byte of an answer came. */
  began = false;
  /** Whether the answer is whole. */
  complete = false;
  /** Whether nothing more is heard of it, for whatever reason. */
  ended = false;
  readonly #owner: AttemptOwner;
  readonly #heads: Deadlines;
  #abort: ((error?: Error) => void) | undefined = undefined;
  #pool: ClientPool | undefined = undefined;
  #client: PooledClient | undefined = undefined;
  #resume: (() => void) | undefined = undefined;
  #sink: BodySink | undefined = undefined;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #paused = false;
  #trailers: readonly string[] = [];
  #failure: { readonly error: unknown } | undefined = undefined;

  /** `heads` are deadlines from the whole request to the head of its answer. */
  constructor(target: Target, owner: AttemptOwner, heads: Deadlines) {
    this.target = target;
    this.#owner = owner;
    this.#heads = heads;
  }

  /** The whole body; to be asked once it is complete, in place of starting it. */
  takeWhole(): Uint8Array | null {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.length > 1 ? Buffer.concat(waiting) : (waiting[0] ?? null);
  }

  /** Whether fields follow the body. */
  get hasTrailers(): boolean {
    return this.#trailers.length > 0;
  }

  start(sink: BodySink): void {
    let more = true;
    for (const chunk of this.#waiting) more = sink.write(chunk);
    this.#waiting = [];
    if (this.#failure !== undefined) return sink.fail(this.#failure.error);
    if (this.complete) return sink.end(this.#trailers);
    this.#sink = sink;
    if (more) this.resume();
  }

  resume(): void {
    if (!this.#paused || this.ended) return;
    this.#paused = false;
    this.#resume?.();
  }

  cancel(): void {
    this.#sink = undefined;
    this.#waiting = [];
    if (this.ended) return;
    this.abort();
    this.#owner.cancelled(this);
  }

  /** Ends the request to the upstream, its connection with it. The owner hears nothing of it. */
  abort(): void {
    if (this.ended) return;
    this.ended = true;
    this.#heads.remove(this);
    // What waits for a connection is left out when its turn comes.
    if (this.#client === undefined) this.#abort?.();
    else this.#pool?.drop(this.#client);
  }

  /** The time for the head of the answer is over. */
  expire(): void {
    this.abort();
    this.#owner.failed(this, new errors.HeadersTimeoutError());
  }

  /** What the sink hears when the attempt was ended from this side. */
  fail(error: unknown): void {
    this.#failure = { error };
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.fail(error);
  }

  carriedBy(pool: ClientPool, client: PooledClient): void {
    this.#pool = pool;
    this.#client = client;
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.ended) return abort();
    this.connected = true;
    this.#abort = abort;
  }

  onRequestSent(): void {
    // The answer may be there before all of the request is sent.
    if (!this.ended && this.status === 0) this.#heads.add(this);
  }

  onResponseStarted(): void {
    this.began = true;
  }

  onHeaders(status: number, headers: RawHeaders, resume: () => void): boolean {
    if (this.ended) return true;
    if (status < 200) {
      this.#owner.informed(this, status, headers);
      return true;
    }
    this.#heads.remove(this);
    this.status = status;
    this.headers = headers;
    this.#resume = resume;
    this.#owner.answered(this);
    return true;
  }

  onData(chunk: Uint8Array): boolean {
    if (this.ended) return true;
    if (this.#sink !== undefined) this.#paused = !this.#sink.write(chunk);
    else {
      this.#waiting.push(chunk);
      this.#size += chunk.length;
      this.#paused = this.#size >= waitingBytes;
    }
    return !this.#paused;
  }

  onComplete(trailers: RawHeaders | null): void {
    if (this.ended) return;
    this.ended = true;
    this.complete = true;
    this.#trailers = toTrailers(trailers);
    this.#owner.completed(this);
    this.#sink?.end(this.#trailers);
  }

  onError(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.#heads.remove(this);
    this.#owner.failed(this, error);
  }
}
