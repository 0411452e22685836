import { Readable } from "node:stream";
import { ConnectionFault } from "./exchange.ts";
import type { ResponseBody } from "./exchange.ts";

/**
 * A body that is handed on piece by piece as it comes, without a stream in between.
 *
 * One source is one body: it is started or cancelled, once.
 */
export interface BodySource {
  /** Gives the body to `sink`; what is there already at once, before this returns. */
  start(sink: BodySink): void;
  /** Goes on after a `write` that returned false; does nothing at any other time. */
  resume(): void;
  /** Nobody wants the rest: what produces it stops, and the sink hears nothing more. Does nothing after the end. */
  cancel(reason?: unknown): void;
}

/** Takes a body piece by piece. Whoever gives it calls `end` or `fail` last, once. */
export interface BodySink {
  /** Takes one piece; whether more may come at once, or `resume` of the source says when. */
  write(chunk: Uint8Array): boolean;
  /** The body is whole. `trailers` are names and values in turn, mostly none (RFC 9110, 6.5). */
  end(trailers: readonly string[]): void;
  /** The rest does not come. What has been taken must not pass for a whole body. */
  fail(error: unknown): void;
}

/** Whether something is a body source: data has no functions. */
export function isSource(body: unknown): body is BodySource {
  return typeof body === "object" && body !== null && "start" in body && typeof body.start === "function";
}

/** Whether something is a stream of Node, of whichever library. */
export function isStream(body: unknown): body is Readable {
  return typeof body === "object" && body !== null && "pipe" in body && typeof body.pipe === "function";
}

/**
 * Any body as a stream of Node: a stream is given back as it is, text and bytes come as one piece, other data as its JSON, `null` as nothing. Of
 * a source trailers get lost; destroying the stream cancels it.
 *
 * @throws TypeError for a connection fault, and for data that has no JSON form
 */
export function toReadable(body: BodySource | ResponseBody): Readable {
  if (isSource(body)) return readableOf(body);
  if (isStream(body)) return body;
  const bytes = bytesOf(body);
  return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
}

/** The bytes of a body that is there: text as it is, other data as its JSON. @throws TypeError as `toReadable` does */
export function bytesOf(body: Exclude<ResponseBody, BodySource | Readable>): Uint8Array {
  if (body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ConnectionFault) throw new TypeError("a connection fault has no body");
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function readableOf(source: BodySource): Readable {
  let started = false;
  const stream = new Readable({
    read() {
      if (started) return source.resume();
      started = true;
      source.start({
        write: (chunk) => stream.push(chunk),
        end: () => void stream.push(null),
        fail: (error) => void stream.destroy(toError(error)),
      });
    },
    destroy(error, done) {
      source.cancel(error ?? undefined);
      done(error);
    },
  });
  return stream;
}

/** A stream of Node as a source; cancelling it destroys it. */
export function streamSource(stream: Readable): BodySource {
  let isOver = false;
  return {
    start(sink) {
      const end = (tell: () => void): void => {
        if (!isOver) tell();
        isOver = true;
      };
      stream.on("error", (error) => end(() => sink.fail(error)));
      stream.on("close", () => end(() => sink.fail(new Error("the stream was closed before its end"))));
      stream.on("end", () => end(() => sink.end([])));
      stream.on("data", (chunk: unknown) => {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        if (isOver) return;
        if (!(bytes instanceof Uint8Array)) stream.destroy(notBytes(bytes));
        else if (!sink.write(bytes)) stream.pause();
      });
      // What is there already is given at once; a stream of the old kind has nothing to read.
      if ("read" in stream) stream.read();
    },
    resume: () => void stream.resume(),
    cancel() {
      isOver = true;
      stream.destroy();
    },
  };
}

function notBytes(chunk: unknown): Error {
  return new TypeError(`the stream has a ${typeof chunk} in it; it may have text and bytes`);
}

/** Bytes that are there as a source. */
export function sourceOf(bytes: Uint8Array): BodySource {
  return {
    start(sink) {
      if (bytes.length > 0) sink.write(bytes);
      sink.end([]);
    },
    resume() {},
    cancel() {},
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
