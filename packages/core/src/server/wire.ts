import { Duplex } from "node:stream";

/** One end of a connection that never leaves the process. */
class WireEnd extends Duplex {
  readonly remoteAddress = "127.0.0.1";
  readonly remotePort = 0;
  other: WireEnd | undefined;
  #resume: (() => void) | undefined;

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.other === undefined || this.other.destroyed) return done();
    if (this.other.push(chunk)) done();
    else this.other.#resume = done;
  }

  override _final(done: (error?: Error | null) => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { other } = this;
    this.other = undefined;
    if (other !== undefined && !other.destroyed) other.push(null);
    done(error);
  }

  /** Asked of every socket by Node's client and server; there is nothing to set. */
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Two ends of one connection in memory: what one writes the other reads. */
export function createWire(): readonly [Duplex, Duplex] {
  const near = new WireEnd();
  const far = new WireEnd();
  near.other = far;
  far.other = near;
  return [near, far];
}
