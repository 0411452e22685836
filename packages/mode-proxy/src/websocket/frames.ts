/**
 * Follows the frames of one direction of a WebSocket, of which it keeps nothing, to know where one ends and the next has not begun.
 *
 * Source: RFC 6455, 5.2.
 */
export class FrameBoundary {
  /** Bytes of the present frame that are still to come; of a head, as far as it is known to go. */
  #missing = 0;
  readonly #head: number[] = [];
  #inPayload = false;

  /** Whether a frame may be put in here. */
  get isBetween(): boolean {
    return !this.#inPayload && this.#head.length === 0;
  }

  pass(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) at = this.#inPayload ? this.#skip(chunk, at) : this.#readHead(chunk, at);
  }

  #skip(chunk: Uint8Array, at: number): number {
    const skipped = Math.min(this.#missing, chunk.length - at);
    this.#missing -= skipped;
    this.#inPayload = this.#missing > 0;
    return at + skipped;
  }

  #readHead(chunk: Uint8Array, at: number): number {
    this.#head.push(chunk[at] ?? 0);
    const [, second = 0] = this.#head;
    const short = second & 0x7f;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const wanted = 2 + lengthBytes + ((second & 0x80) === 0 ? 0 : 4);
    if (this.#head.length >= 2 && this.#head.length === wanted) {
      const extended = this.#head.slice(2, 2 + lengthBytes).reduce((value, byte) => value * 256 + byte, 0);
      this.#missing = lengthBytes === 0 ? short : extended;
      this.#inPayload = this.#missing > 0;
      this.#head.length = 0;
    }
    return at + 1;
  }
}

/** A close frame, as a server sends it, or masked with zeros, as a client does (RFC 6455, 5.5.1). */
export function closeFrame(code: number, reason: string, { masked }: { readonly masked: boolean }): Uint8Array {
  const text = Buffer.from(reason).subarray(0, 123);
  const head = Buffer.from([0x88, (masked ? 0x80 : 0) | (2 + text.length), ...(masked ? [0, 0, 0, 0] : [])]);
  return Buffer.concat([head, Buffer.from([code >> 8, code & 0xff]), text]);
}
