import { streamWindowBytes } from "../wire.ts";
import { AnswerProblem } from "./failure.ts";

/** Bytes of one chunk at most: a larger part is cut, so that the other side never holds more than a window. */
const chunkBytes = 65_536;

/** How far a stream may go before the other side has taken it. */
export class Window {
  #free = streamWindowBytes;
  #wake: (() => void) | undefined;
  #closed = false;

  /** So many bytes were taken. */
  open(bytes: number): void {
    this.#free += bytes;
    this.#wake?.();
  }

  /** Nobody reads any more. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
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
  for await (const part of parts) {
    const bytes = toBytes(part);
    for (let from = 0; from < bytes.length && !window.isClosed; from += chunkBytes) {
      // A copy: what crosses to another thread takes all of the memory with it that it is a part of.
      const chunk = new Uint8Array(bytes.subarray(from, from + chunkBytes));
      await window.take(chunk.length);
      if (!window.isClosed) send(chunk);
    }
    if (window.isClosed) return;
  }
}

function toBytes(part: unknown): Uint8Array {
  if (typeof part === "string") return Buffer.from(part);
  if (part instanceof Uint8Array) return part;
  throw new AnswerProblem(`the stream has a ${typeof part} in it; it may have text and bytes`);
}
