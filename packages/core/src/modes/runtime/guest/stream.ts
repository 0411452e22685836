import { streamWindowBytes } from "../wire.ts";
import { AnswerProblem } from "./failure.ts";
import { bytesOf } from "./plain-value.ts";

/** Bytes of one chunk at most: a larger part is cut, so that the other side never holds more than a window. */
const chunkBytes = 65_536;

/** How far a stream may go before the other side has taken it. */
export class Window {
  #free = streamWindowBytes;
  #wake: (() => void) | undefined;
  #closed = false;
  #onClose: (() => void) | undefined;

  /** So many bytes were taken. */
  open(bytes: number): void {
    this.#free += bytes;
    this.#wake?.();
  }

  /** Nobody reads any more. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#onClose?.();
  }

  /** Has `listener` called when nobody reads any more. */
  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClose = listener;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Resolves when there is room. */
  async take(bytes: number): Promise<void> {
    while (this.#free <= 0 && !this.#closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#free -= bytes;
  }
}

/** Sends a stream part by part; a reader that has gone ends it. Rejects with what it fails with. */
export async function sendStream(
  parts: AsyncIterable<unknown> | Iterable<unknown>,
  window: Window,
  send: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = readerOf(parts);
  window.onClose(() => reader.stop());
  try {
    await sendParts(reader, window, send);
  } catch (error) {
    reader.stop();
    throw error;
  }
}

async function sendParts(reader: PartReader, window: Window, send: (chunk: Uint8Array) => void): Promise<void> {
  for (let next = await reader.next(); next.done !== true && !window.isClosed; next = await reader.next()) {
    for (const chunk of chunksOf(toBytes(next.value))) {
      await window.take(chunk.length);
      if (!window.isClosed) send(chunk);
    }
  }
}

interface PartReader {
  next(): Promise<IteratorReadResult> | IteratorReadResult;
  /** Ends it also while a part is waited for: who sends events now and then must hear at once that nobody listens. */
  stop(): void;
}

type IteratorReadResult = { readonly done?: boolean | undefined; readonly value?: unknown };

/** A generator cannot be ended in the middle of a step: it hears of it after that. */
function readerOf(parts: AsyncIterable<unknown> | Iterable<unknown>): PartReader {
  if (parts instanceof ReadableStream) {
    const reader = parts.getReader() as ReadableStreamDefaultReader<unknown>;
    // What it fails with when it is cancelled concerns nobody.
    return { next: () => reader.read(), stop: () => void reader.cancel().catch(() => {}) };
  }
  const iterator = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
  return { next: () => iterator.next(), stop: () => stopParts(parts, iterator) };
}

function stopParts(parts: object, iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  if ("destroy" in parts && typeof parts.destroy === "function") parts.destroy();
  else void Promise.resolve(iterator.return?.()).catch(() => {});
}

/** Copies: what crosses to another thread takes all of the memory with it that it is a part of. */
function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes)
    yield new Uint8Array(bytes.subarray(from, from + chunkBytes));
}

function toBytes(part: unknown): Uint8Array {
  const bytes = typeof part === "string" ? Buffer.from(part) : bytesOf(part);
  if (bytes !== undefined) return bytes;
  throw new AnswerProblem(`the stream has a ${typeof part} in it; it may have text and bytes`);
}
