import type { Clock, Random } from "../clock.ts";
import type { MaybePromise } from "../exchange.ts";
import { NumberTable } from "./number-table.ts";

/** How often something may happen. */
export interface Rate {
  /** Milliseconds from one to the next when they are evenly spread. */
  readonly intervalMs: number;
  /** How many may happen at once after a pause; at least 1. */
  readonly burst: number;
}

/** Whether a request may pass, and how its client stands. */
export interface Verdict {
  readonly admitted: boolean;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Milliseconds until the whole burst may be sent again. */
  readonly resetMs: number;
  /** Milliseconds until a request is admitted; 0 when this one is. */
  readonly retryMs: number;
}

/** Counts what clients ask. One that several processes share may have to wait for its answer. */
export interface RateStore {
  /** Counts one request of `key`, which says both who asks and which limit it is. */
  take(key: string, rate: Rate): MaybePromise<Verdict>;
}

/** Clients that are remembered at a time, over all limits. */
const mostKeys = 100_000;
/** Entries that are looked at for the one to give up when the table is full. */
const sampleSize = 16;
/** The share of an interval by which a client may be early, because sums of fractions are not exact. */
const slackRatio = 0.001;

/** What a table is made with. */
export interface RateTableParts {
  readonly clock: Pick<Clock, "monotonic">;
  readonly random: Random;
  /** @defaultValue 100,000 */
  readonly most?: number;
}

/**
 * The Generic Cell Rate Algorithm as virtual scheduling, for many clients: each is one number.
 *
 * Source: ITU-T I.371 (2004), Annex A.1; ATM Forum Traffic Management 4.0, 4.4.2. `TAT` is the theoretical arrival time, `I` the
 * increment, `L` the limit, `ta` the time of arrival.
 *
 * A client whose TAT has passed is one that was never seen, so its entry is free to be used again. When none is free, the
 * client whose TAT is nearest gives way: it has the least to lose. A flood of fresh clients displaces itself, and not those
 * that are being held back. Nothing runs by a timer.
 */
export class RateTable implements RateStore {
  readonly #clock: RateTableParts["clock"];
  readonly #random: Random;
  readonly #most: number;
  readonly #times: NumberTable;

  constructor({ clock, random, most = mostKeys }: RateTableParts) {
    this.#clock = clock;
    this.#random = random;
    this.#most = most;
    this.#times = new NumberTable(Math.floor(random() * 2 ** 32) | 0);
  }

  /** Clients that are remembered. */
  get size(): number {
    return this.#times.size;
  }

  take(key: string, { intervalMs: I, burst }: Rate): Verdict {
    const ta = this.#clock.monotonic();
    const L = (burst - 1) * I;
    const slot = this.#times.find(key);
    const TAT = slot < 0 ? ta : Math.max(this.#times.at(slot), ta);
    const early = TAT - ta;
    const slack = I * slackRatio;
    if (early > L + slack) return { admitted: false, remaining: 0, resetMs: early, retryMs: early - L };
    const next = TAT + I;
    if (slot < 0) this.#add(key, next, ta);
    else this.#times.put(slot, next);
    const remaining = Math.max(0, Math.floor((L - early + slack) / I));
    return { admitted: true, remaining, resetMs: next - ta, retryMs: 0 };
  }

  /** `TAT` of a client; `undefined` of one that is not remembered. */
  timeOf(key: string): number | undefined {
    const slot = this.#times.find(key);
    return slot < 0 ? undefined : this.#times.at(slot);
  }

  /** Takes the last requests of a client back: its `TAT` becomes `to`, provided that it still is `from`. */
  rewind(key: string, from: number, to: number): void {
    const slot = this.#times.find(key);
    if (slot >= 0 && this.#times.at(slot) === from) this.#times.put(slot, to);
  }

  #add(key: string, time: number, now: number): void {
    this.#times.sweep(now);
    if (this.#times.size >= this.#most) this.#times.remove(this.#nearestOfSample());
    this.#times.add(key, time);
  }

  #nearestOfSample(): number {
    let slot = this.#times.next(Math.floor(this.#random() * this.#times.slots));
    let nearest = slot;
    // Keys are spread by a hash that nobody can foresee: neighbours are as good a sample as any, and near in memory.
    for (let looked = 1; looked < sampleSize; looked += 1) {
      slot = this.#times.next(slot + 1);
      if (this.#times.at(slot) < this.#times.at(nearest)) nearest = slot;
    }
    return nearest;
  }
}
