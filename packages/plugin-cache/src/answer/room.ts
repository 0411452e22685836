/** Bytes that answers may take together while they are read: what finds no room is not held back. */
export class Room {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Whether there was room for so many more. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#left += bytes;
  }

  /** Bytes that there is still room for. */
  get left(): number {
    return this.#left;
  }
}
