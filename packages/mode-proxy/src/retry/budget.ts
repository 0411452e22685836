import type { Clock } from "@backworks/core";

/** How much more load retries may make. */
export interface BudgetSettings {
  /** Share of the requests of the window, 0 to 1. */
  readonly ratio: number;
  /** So many in any case. */
  readonly least: number;
}

const windowMs = 10_000;
const slots = 10;

/** Counts requests and retries over the last ten seconds, in ten slots. */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #settings: BudgetSettings;
  readonly #requests = new Uint32Array(slots);
  readonly #retries = new Uint32Array(slots);
  #slot = 0;

  constructor(clock: Clock, settings: BudgetSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#slot = this.#slotNow();
  }

  /** Counts a request. */
  onRequest(): void {
    this.#add(this.#requests);
  }

  /** Takes a retry, if there is one to take. */
  take(): boolean {
    this.#turn();
    const { ratio, least } = this.#settings;
    if (sum(this.#retries) >= Math.max(least, Math.floor(sum(this.#requests) * ratio))) return false;
    this.#add(this.#retries);
    return true;
  }

  #add(counts: Uint32Array): void {
    this.#turn();
    const index = this.#slot % slots;
    counts[index] = (counts[index] ?? 0) + 1;
  }

  /** Empties the slots that time has passed over. */
  #turn(): void {
    const now = this.#slotNow();
    const passed = Math.min(now - this.#slot, slots);
    for (let step = 0; step < passed; step += 1) {
      const index = (now - step) % slots;
      this.#requests[index] = 0;
      this.#retries[index] = 0;
    }
    this.#slot = now;
  }

  #slotNow(): number {
    return Math.floor(this.#clock.monotonic() / (windowMs / slots));
  }
}

function sum(counts: Uint32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
