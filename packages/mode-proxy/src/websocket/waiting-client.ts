import type { Duplex } from "node:stream";

/** Bytes that a client may send ahead of the answer. */
const mostBytes = 65_536;

/**
 * A client whose connection nobody has taken over yet.
 *
 * It is read, because only so is it seen to leave; what it sends ahead is put back for whoever takes over.
 */
export class WaitingClient {
  readonly #socket: Duplex;
  readonly #leave: () => void;
  readonly #ahead: Uint8Array[];
  #size = 0;

  /** `head` is what was read already; `leave` is called when it ends or is cut. */
  constructor(socket: Duplex, head: Uint8Array, leave: () => void) {
    this.#socket = socket;
    this.#leave = leave;
    this.#ahead = head.length === 0 ? [] : [head];
    socket.on("data", this.#take).once("end", leave).once("close", leave).on("error", noop);
    socket.resume();
  }

  /** Lets go of it. */
  release(): void {
    const socket = this.#socket;
    socket.off("data", this.#take).off("end", this.#leave).off("close", this.#leave);
    socket.pause();
    if (this.#ahead.length > 0 && !socket.destroyed) socket.unshift(Buffer.concat(this.#ahead));
  }

  readonly #take = (chunk: Uint8Array): void => {
    this.#ahead.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= mostBytes) this.#socket.pause();
  };
}

/** The close that follows tells enough. */
function noop(): void {}
