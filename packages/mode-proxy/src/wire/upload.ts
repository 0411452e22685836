import { EventEmitter } from "node:events";
import type { BodySink, BodySource } from "@backworks/core";
import type { RequestTap } from "../options/plan.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";

/** Bytes that are waited for before a request goes out, as long as they come at once. */
const gatheredBytes = 65_536;

/**
 * The body of one request on its way to one attempt after another.
 *
 * Reads no faster than the present attempt writes. As long as all of it so far is kept, another attempt may begin anew.
 */
export class Upload implements BodySink, Deadline {
  due = 0;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;
  readonly #source: BodySource;
  readonly #keptBytes: number;
  readonly #idle: Deadlines;
  #tap: RequestTap | undefined = undefined;
  #kept: Uint8Array[] | undefined = [];
  #size = 0;
  #started = false;
  #over = false;
  #hasFailed = false;
  #trailers: readonly string[] = [];
  #consumer: UploadStream | undefined = undefined;
  /** Whether the consumer has what was kept, and takes what comes. */
  #isFed = false;
  #ready: (() => void) | undefined = undefined;

  /** Up to `keptBytes` are kept for another attempt; 0 keeps none. `idle` are deadlines from one part to the next. */
  constructor(source: BodySource, { keptBytes, idle }: { readonly keptBytes: number; readonly idle: Deadlines }) {
    this.#source = source;
    this.#keptBytes = keptBytes;
    this.#idle = idle;
  }

  /** What is told when the client does not finish it; its consumers are not. */
  onFailure: (error: unknown) => void = () => {};

  /** What is told when nothing of it has gone on for too long. */
  onPause: (fault: "client" | "upstream") => void = () => {};

  expire(): void {
    this.onPause(this.#consumer?.isFlowing === true ? "client" : "upstream");
  }

  /** Has somebody hear what goes by; before the first attempt. */
  listenIn(tap: RequestTap): void {
    this.#tap = tap;
    for (const chunk of this.#kept ?? []) tap.data(chunk);
    if (this.#over) tap.end();
  }

  /**
   * Takes what is there already. `ready` is called when that is all of it, which goes out in one piece with the head then, or when the rest takes
   * its time.
   */
  gather(ready: () => void): void {
    this.#ready = ready;
    this.#started = true;
    this.#source.start(this);
    setImmediate(() => this.#goOn());
  }

  /** All of it, when it was gathered; `undefined` when it must be streamed. */
  whole(): Uint8Array | undefined {
    if (!this.#over || this.#hasFailed || this.#kept === undefined || this.#trailers.length > 0) return undefined;
    return this.#kept.length === 1 ? this.#kept[0] : Buffer.concat(this.#kept);
  }

  /** Whether another attempt would get all of it. */
  get isReplayable(): boolean {
    return this.#kept !== undefined && !this.#hasFailed;
  }

  /** The body as the client library of one attempt takes it; the stream of the attempt before gets nothing more. */
  open(): UploadStream {
    this.#isFed = false;
    this.#idle.remove(this);
    this.#consumer = new UploadStream(this);
    return this.#consumer;
  }

  /** Nothing of it is wanted any more. */
  close(): void {
    this.#consumer = undefined;
    this.#idle.remove(this);
    if (this.#over) return;
    this.#over = true;
    this.#tap?.abort();
    this.#source.cancel();
  }

  /** Gives a consumer what was kept, then whatever comes. */
  feed(consumer: UploadStream): void {
    if (consumer !== this.#consumer) return;
    this.#isFed = true;
    for (const chunk of this.#kept ?? []) consumer.take(chunk);
    if (this.#size > this.#keptBytes) this.#kept = undefined;
    if (this.#over) return consumer.finish(this.#trailers);
    this.#goesOn();
    if (this.#started) return this.#source.resume();
    this.#started = true;
    this.#source.start(this);
  }

  pull(consumer: UploadStream): void {
    if (consumer === this.#consumer) this.#source.resume();
  }

  write(chunk: Uint8Array): boolean {
    this.#tap?.data(chunk);
    this.#size += chunk.length;
    if (!this.#isFed) return this.#wait(chunk);
    if (this.#size > this.#keptBytes) this.#kept = undefined;
    this.#kept?.push(chunk);
    this.#goesOn();
    return this.#consumer?.take(chunk) === true;
  }

  end(trailers: readonly string[]): void {
    this.#idle.remove(this);
    this.#over = true;
    this.#trailers = trailers;
    this.#tap?.end();
    if (this.#isFed) this.#consumer?.finish(trailers);
    else this.#goOn();
  }

  fail(error: unknown): void {
    this.#idle.remove(this);
    this.#over = true;
    this.#tap?.abort();
    this.#hasFailed = true;
    this.onFailure(error);
  }

  #goesOn(): void {
    this.#idle.remove(this);
    this.#idle.add(this);
  }

  /** Nobody takes it yet. */
  #wait(chunk: Uint8Array): boolean {
    this.#kept?.push(chunk);
    if (this.#ready === undefined) return false;
    if (this.#size < gatheredBytes) return true;
    this.#goOn();
    return false;
  }

  #goOn(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }
}

/**
 * As much of a readable stream as a client library needs to send a body, and no more: a stream of Node's own, handed to undici, would be
 * destroyed with the attempt, and the client's connection with it.
 */
export class UploadStream extends EventEmitter {
  readonly #upload: Upload;
  #flowing = false;
  #begun = false;
  destroyed = false;
  /** Whether more is taken. */
  get isFlowing(): boolean {
    return this.#flowing;
  }

  /** Fields behind the body; there when `end` is emitted. */
  trailers: readonly string[] = [];

  constructor(upload: Upload) {
    super();
    this.#upload = upload;
  }

  /** What makes it a stream in the eyes of a library. Nobody calls it. */
  pipe(): never {
    throw new TypeError("the body of a request is read by events");
  }

  resume(): this {
    if (this.destroyed || this.#flowing) return this;
    this.#flowing = true;
    if (this.#begun) this.#upload.pull(this);
    else {
      this.#begun = true;
      this.#upload.feed(this);
    }
    return this;
  }

  pause(): this {
    this.#flowing = false;
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }

  /** Whether more may come at once. */
  take(chunk: Uint8Array): boolean {
    if (this.destroyed) return false;
    this.emit("data", chunk);
    return this.#flowing;
  }

  finish(trailers: readonly string[]): void {
    this.trailers = trailers;
    if (!this.destroyed) this.emit("end");
  }
}
