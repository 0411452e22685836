import type { Clock, Scheduler } from "../../clock.ts";
import type { MaybePromise } from "../../exchange.ts";
import type { Rate, RateStore, Verdict } from "../../pipeline/rate-table.ts";
import type { GiveBackOrder, Grant, TakeOrder } from "./calls.ts";

/** The way to who gives permits. */
export interface PermitSource {
  take(orders: readonly TakeOrder[]): Promise<readonly Grant[]>;
  giveBack(orders: readonly GiveBackOrder[]): void;
}

/** What the rates of a worker are made with. */
export interface LeasedRatesParts {
  readonly source: PermitSource;
  readonly clock: Pick<Clock, "monotonic">;
  readonly scheduler: Scheduler;
  /** Runs a task once what came together was looked at. @defaultValue setImmediate */
  readonly soon?: (task: () => void) => void;
}

/** Most permits that are asked for in advance. */
const mostExtra = 32;
/** Part of the burst that one worker may hold in advance. */
const extraRatio = 1 / 16;
/** Clients that are remembered. */
const mostKeys = 100_000;
/** How often what has expired is given back and forgotten. */
const sweepMs = 500;

/** How one client stands here. */
interface Lease {
  readonly rate: Rate;
  permits: number;
  /** Monotonic time after which the permits are void. */
  until: number;
  mark: number;
  /** Nothing is admitted before this time. */
  refusedUntil: number;
  remaining: number;
  resetAt: number;
  /** Those who need a permit, the longest waiting first. */
  waiting: ((verdict: Verdict) => void)[];
  /** Whether permits are under way. */
  isAsked: boolean;
}

/**
 * Counts what clients ask of all workers, through permits that the primary gives: one question for many requests of a client
 * that sends fast, one question in advance of nothing for all others. What was refused is refused here until its time.
 */
export class LeasedRates implements RateStore {
  readonly #source: PermitSource;
  readonly #clock: LeasedRatesParts["clock"];
  readonly #scheduler: Scheduler;
  readonly #soon: (task: () => void) => void;
  readonly #leases = new Map<string, Lease>();
  /** Clients that are asked for together. */
  #asking = new Set<string>();
  #sweeping = false;

  constructor({ source, clock, scheduler, soon = (task) => void setImmediate(task) }: LeasedRatesParts) {
    this.#source = source;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#soon = soon;
  }

  // oxlint-disable-next-line typescript/promise-function-async -- most requests need not wait
  take(key: string, rate: Rate): MaybePromise<Verdict> {
    const now = this.#clock.monotonic();
    const lease = this.#leases.get(key) ?? this.#add(key, rate);
    if (lease.waiting.length === 0) {
      if (now < lease.refusedUntil) return refused(lease, now);
      if (lease.permits > 0 && now <= lease.until) return admitted(lease, now);
    }
    return new Promise((resolve) => {
      lease.waiting.push(resolve);
      if (!lease.isAsked) this.#askSoon(key, lease);
    });
  }

  /** One question at a time for each client: what comes meanwhile may find permits left. */
  #askSoon(key: string, lease: Lease): void {
    lease.isAsked = true;
    if (this.#asking.size === 0) this.#soon(() => void this.#ask());
    this.#asking.add(key);
  }

  #add(key: string, rate: Rate): Lease {
    if (this.#leases.size >= mostKeys) this.#forgetOldest();
    const lease: Lease = {
      rate,
      permits: 0,
      until: 0,
      mark: 0,
      refusedUntil: 0,
      remaining: 0,
      resetAt: 0,
      waiting: [],
      isAsked: false,
    };
    this.#leases.set(key, lease);
    if (!this.#sweeping) this.#sweepLater();
    return lease;
  }

  /** The primary remembers what counts; here only a question more is asked. */
  #forgetOldest(): void {
    for (const [key, { waiting }] of this.#leases) {
      if (waiting.length > 0) continue;
      this.#leases.delete(key);
      return;
    }
  }

  async #ask(): Promise<void> {
    const keys = [...this.#asking];
    this.#asking = new Set();
    const askedAt = this.#clock.monotonic();
    // A lease with somebody who waits is not forgotten.
    const leases = keys.flatMap((key) => this.#leases.get(key) ?? []);
    const orders = leases.map(({ rate, waiting }, index) => toOrder(keys[index] ?? "", rate, waiting.length));
    // Without the primary nobody may be admitted.
    const grants = await this.#source.take(orders).catch(() => []);
    leases.forEach((lease, index) => {
      const { key, waiting } = orders[index] ?? { key: "", waiting: 0 };
      this.#settle(lease, grants[index] ?? nothing, { askedAt, waiting });
      if (lease.waiting.length > 0) this.#askSoon(key, lease);
      else lease.isAsked = false;
    });
  }

  /** Those who waited when it was asked are told; of those who came since, whoever there is a permit for. */
  #settle(
    lease: Lease,
    grant: Grant,
    { askedAt, waiting }: { readonly askedAt: number; readonly waiting: number },
  ): void {
    const now = this.#clock.monotonic();
    lease.permits = grant.permits;
    lease.until = askedAt + grant.validMs;
    lease.mark = grant.mark;
    lease.remaining = grant.remaining;
    lease.resetAt = now + grant.resetMs;
    if (grant.permits < waiting) lease.refusedUntil = now + grant.retryMs;
    const isRefused = now < lease.refusedUntil;
    const valid = now <= lease.until ? grant.permits : Math.min(grant.permits, waiting);
    const told = isRefused ? lease.waiting.length : Math.max(waiting, valid);
    lease.waiting.splice(0, told).forEach((resolve, index) => {
      resolve(index < valid ? admitted(lease, now) : refused(lease, now));
    });
  }

  #sweepLater(): void {
    this.#sweeping = true;
    this.#scheduler.after(sweepMs, () => this.#sweep());
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    const unused: GiveBackOrder[] = [];
    for (const [key, { rate, permits, until, mark, refusedUntil, waiting }] of this.#leases) {
      if (waiting.length > 0 || now < refusedUntil || (permits > 0 && now <= until)) continue;
      if (permits > 0) unused.push({ key, rate, permits, mark });
      this.#leases.delete(key);
    }
    if (unused.length > 0) this.#source.giveBack(unused);
    this.#sweeping = false;
    if (this.#leases.size > 0) this.#sweepLater();
  }
}

const nothing: Grant = { permits: 0, validMs: 0, mark: 0, remaining: 0, resetMs: 1000, retryMs: 1000 };

function toOrder(key: string, rate: Rate, waiting: number): TakeOrder {
  return { key, rate, waiting, extra: Math.min(mostExtra, Math.floor(rate.burst * extraRatio)) };
}

function admitted(lease: Lease, now: number): Verdict {
  lease.permits -= 1;
  return {
    admitted: true,
    remaining: lease.remaining + lease.permits,
    resetMs: Math.max(0, lease.resetAt - now),
    retryMs: 0,
  };
}

function refused({ refusedUntil, resetAt }: Lease, now: number): Verdict {
  return {
    admitted: false,
    remaining: 0,
    resetMs: Math.max(0, resetAt - now),
    retryMs: refusedUntil - now,
  };
}
