import type { Readable } from "node:stream";
import { ConnectionFault } from "@backworks/core";
import type { BodySink, BodySource, MaybePromise, ResponseBody, Scheduler } from "@backworks/core";
import type { Room } from "./room.ts";

/** A body that was read: whole, or too long or too slow for that, and then as it would have come. */
export type Collected =
  | { readonly kind: "whole"; readonly bytes: Uint8Array; readonly type: string | undefined }
  | { readonly kind: "long"; readonly body: ResponseBody };

/** What a body is read with. */
export interface CollectingTerms {
  /** Bytes of one body at most. */
  readonly maxBytes: number;
  /** For all that are read at the same time. */
  readonly room: Room;
  readonly scheduler: Scheduler;
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** So much of every body needs no room: what waits for a client takes that anyway. */
const freeBytes = 16_384;

/** How long the rest of an answer is waited for before it goes on as it comes: who asked would see nothing of one that never ends. */
const longestMs = 10_000;

/** Reads a body as far as its terms allow. Rejects with what a body fails with. */
export function collect(body: ResponseBody, terms: CollectingTerms): MaybePromise<Collected> {
  if (body instanceof ConnectionFault) return { kind: "long", body };
  if (body === null || body === undefined) return { kind: "whole", bytes: nothing, type: undefined };
  if (isStream(body)) return new Collector(sourceFrom(body), terms).read();
  if (isSource(body)) return new Collector(body, terms).read();
  const [bytes, type] = toBytes(body);
  return bytes.length > terms.maxBytes ? { kind: "long", body } : { kind: "whole", bytes, type };
}

const nothing = new Uint8Array(0);

type Data = Exclude<ResponseBody, null | Readable | BodySource | ConnectionFault>;

/** A copy: whoever made the bytes may write to them again. */
function toBytes(body: Data): [Uint8Array, string] {
  if (typeof body === "string") return [Buffer.from(body), "text/plain; charset=utf-8"];
  if (body instanceof Uint8Array) return [Buffer.from(body), "application/octet-stream"];
  return [Buffer.from(JSON.stringify(body) ?? "null"), "application/json"];
}

function isStream(body: ResponseBody): body is Readable {
  return typeof body === "object" && body !== null && "pipe" in body && typeof body.pipe === "function";
}

function isSource(body: ResponseBody): body is BodySource {
  return typeof body === "object" && body !== null && "start" in body && typeof body.start === "function";
}

/** Lets go of what a body holds that nobody reads. */
export function letGo(body: ResponseBody | undefined): void {
  if (body === undefined) return;
  if (isStream(body)) body.destroy();
  else if (isSource(body)) body.cancel();
}

/** A body that fails at once, so that nobody takes it for whole. */
export function brokenBody(error: unknown): BodySource {
  return { start: (sink) => sink.fail(error), resume() {}, cancel() {} };
}

function sourceFrom(stream: Readable): BodySource {
  return {
    start(sink) {
      let open = true;
      const fail = (error: unknown): void => {
        if (open) sink.fail(error);
        open = false;
      };
      stream.on("data", (chunk: Uint8Array | string) => {
        if (!sink.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk)) stream.pause();
      });
      stream.once("end", () => {
        if (open) sink.end([]);
        open = false;
      });
      stream.once("error", fail).once("close", () => fail(new Error("the stream was closed before its end")));
    },
    resume: () => void stream.resume(),
    cancel: () => void stream.destroy(),
  };
}

/** Takes a body until it is whole, or no more of it is waited for; then it hands on what it has and what still comes. */
class Collector implements BodySink, BodySource {
  readonly #source: BodySource;
  readonly #terms: CollectingTerms;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Bytes of the room that it has. */
  #taken = 0;
  #isHandedOn = false;
  #stopWaiting: () => void = () => {};
  #resolve: ((collected: Collected) => void) | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;
  #sink: BodySink | undefined = undefined;
  /** What comes last, when that was there before a sink was. */
  #last: ((sink: BodySink) => void) | undefined = undefined;

  constructor(source: BodySource, terms: CollectingTerms) {
    this.#source = source;
    this.#terms = terms;
  }

  read(): Promise<Collected> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#waitFor(this.#terms);
      this.#source.start(this);
    });
  }

  #waitFor({ scheduler, signal }: CollectingTerms): void {
    const stop = (): void => {
      this.cancel(signal.reason);
      this.#reject?.(signal.reason);
    };
    const cancel = scheduler.after(longestMs, () => this.#handOn());
    signal.addEventListener("abort", stop, { once: true });
    this.#stopWaiting = () => {
      cancel();
      signal.removeEventListener("abort", stop);
    };
  }

  write(chunk: Uint8Array): boolean {
    if (this.#sink !== undefined) return this.#sink.write(chunk);
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#isHandedOn) return false;
    if (this.#size <= this.#terms.maxBytes && this.#hasRoom()) return true;
    this.#handOn();
    return false;
  }

  #hasRoom(): boolean {
    const wanted = this.#size - freeBytes - this.#taken;
    if (wanted <= 0) return true;
    if (!this.#terms.room.take(wanted)) return false;
    this.#taken += wanted;
    return true;
  }

  #handOn(): void {
    this.#stopWaiting();
    this.#isHandedOn = true;
    this.#resolve?.({ kind: "long", body: this });
  }

  end(trailers: readonly string[]): void {
    if (this.#isHandedOn) return this.#finish((sink) => sink.end(trailers));
    this.#letGo();
    this.#resolve?.({ kind: "whole", bytes: Buffer.concat(this.#chunks), type: undefined });
  }

  fail(error: unknown): void {
    if (this.#isHandedOn) return this.#finish((sink) => sink.fail(error));
    this.#letGo();
    this.#reject?.(error);
  }

  /** Of the room and of the wait. */
  #letGo(): void {
    this.#stopWaiting();
    this.#terms.room.give(this.#taken);
    this.#taken = 0;
  }

  #finish(last: (sink: BodySink) => void): void {
    if (this.#sink === undefined) this.#last = last;
    else last(this.#sink);
  }

  start(sink: BodySink): void {
    const more = this.#size === 0 || sink.write(Buffer.concat(this.#chunks));
    this.#letGo();
    this.#chunks = [];
    this.#sink = sink;
    if (this.#last !== undefined) this.#last(sink);
    else if (more) this.#source.resume();
  }

  resume(): void {
    this.#source.resume();
  }

  cancel(reason?: unknown): void {
    this.#letGo();
    this.#chunks = [];
    this.#source.cancel(reason);
  }
}
