/** The end of a connection, told once to everybody who waits for it, whoever notices it first. */
export class Loss {
  readonly #told: ((cause: unknown) => void)[] = [];
  #cause: unknown = undefined;
  #happened = false;

  get happened(): boolean {
    return this.#happened;
  }

  /** Calls back when it happens; at once when it has. */
  whenHappened(told: (cause: unknown) => void): void {
    if (this.#happened) told(this.#cause);
    else this.#told.push(told);
  }

  happen(cause: unknown): void {
    if (this.#happened) return;
    this.#happened = true;
    this.#cause = cause;
    for (const told of this.#told.splice(0)) told(cause);
  }
}
