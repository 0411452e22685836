import type { Scheduler } from "@backworks/core";

const firstMs = 100;
/** A database that is back is found within two seconds. */
const mostMs = 1000;

/** Waits longer after each failure. */
export class Backoff {
  readonly #scheduler: Scheduler;
  #nextMs = firstMs;
  #cancel: (() => void) | undefined;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Whether a wait is under way. */
  get waits(): boolean {
    return this.#cancel !== undefined;
  }

  /** Runs `task` after the next wait; while one is under way nothing is added. */
  after(task: () => void): void {
    this.#cancel ??= this.#scheduler.after(this.#nextMs, () => {
      this.#cancel = undefined;
      task();
    });
    this.#nextMs = Math.min(mostMs, this.#nextMs * 2);
  }

  /** It worked. */
  reset(): void {
    this.stop();
    this.#nextMs = firstMs;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
