/** Counts the requests of one generation, so that what it uses is released only after the last. */
export class Traffic {
  #count = 0;
  #waiting: (() => void)[] = [];
  /** Whether the server is going down: responses tell clients to leave. */
  closing = false;

  /** Requests that began and did not end. */
  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0 || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when no request is under way. */
  drained(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
