import type { LiveExchange } from "./exchange.ts";

/**
 * What is under way in one generation, so that what it uses is released only after the last.
 *
 * A request counts until its last byte was sent, a connection that was taken over until it closes. The list runs through
 * the exchanges themselves: nothing is allocated for one.
 */
export class Traffic {
  /** Exchanges that ever began. */
  begun = 0;
  #count = 0;
  #first: LiveExchange | undefined = undefined;
  #waiting: (() => void)[] = [];
  /** Whether the server is going down: responses tell clients to leave. */
  closing = false;

  /** Exchanges that began and did not end. */
  get count(): number {
    return this.#count;
  }

  begin(exchange: LiveExchange): void {
    exchange.traffic = this;
    exchange.younger = undefined;
    exchange.older = this.#first;
    if (this.#first !== undefined) this.#first.younger = exchange;
    this.#first = exchange;
    this.#count += 1;
    this.begun += 1;
  }

  /** A second call for the same exchange does nothing. */
  end(exchange: LiveExchange): void {
    if (exchange.traffic !== this) return;
    const { younger, older } = exchange;
    if (younger === undefined) this.#first = older;
    else younger.older = older;
    if (older !== undefined) older.younger = younger;
    exchange.traffic = undefined;
    exchange.younger = undefined;
    exchange.older = undefined;
    this.#count -= 1;
    if (this.#count === 0 && this.#waiting.length > 0) this.#tell();
  }

  /** What is under way, the youngest first. */
  underWay(): readonly LiveExchange[] {
    const exchanges: LiveExchange[] = [];
    for (let exchange = this.#first; exchange !== undefined; exchange = exchange.older) exchanges.push(exchange);
    return exchanges;
  }

  /** Resolves when nothing is under way. */
  drained(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
