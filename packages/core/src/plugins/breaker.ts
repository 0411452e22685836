import type { Clock } from "../clock.ts";

export interface BreakerLimits {
  /** This many failures … */
  readonly failures: number;
  /** … within this time open the breaker … */
  readonly windowMs: number;
  /** … for this long. Then one call is let through as a probe. */
  readonly restMs: number;
}

/** Five failures in ten seconds are a rest of thirty. */
export const hookLimits: BreakerLimits = { failures: 5, windowMs: 10_000, restMs: 30_000 };

/** Stops calling what keeps failing. `closed`: calls pass. `open`: none does. `half-open`: one probe is under way. */
export class Breaker {
  /** Read by the caller before every call: only when it is not `closed` does `admit` have to be asked. */
  state: "closed" | "open" | "half-open" = "closed";
  readonly #clock: Clock;
  readonly #limits: BreakerLimits;
  #failedAt: number[] = [];
  #restsUntil = 0;

  constructor(clock: Clock, limits: BreakerLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Whether a call may pass; the first after the rest is the probe. */
  admit(): boolean {
    if (this.state === "closed") return true;
    if (this.state === "half-open" || this.#clock.monotonic() < this.#restsUntil) return false;
    this.state = "half-open";
    return true;
  }

  /** A call went well. One that began before the breaker opened changes nothing. */
  succeeded(): void {
    if (this.state !== "half-open") return;
    this.state = "closed";
    this.#failedAt = [];
  }

  /** A call went wrong. Returns whether this opened the breaker. */
  failed(): boolean {
    if (this.state === "open") return false;
    const now = this.#clock.monotonic();
    const since = now - this.#limits.windowMs;
    this.#failedAt = [...this.#failedAt.filter((at) => at > since), now];
    if (this.state === "closed" && this.#failedAt.length < this.#limits.failures) return false;
    this.trip();
    return true;
  }

  /** Opens at once, whatever the count. */
  trip(): void {
    this.state = "open";
    this.#failedAt = [];
    this.#restsUntil = this.#clock.monotonic() + this.#limits.restMs;
  }

  /** Milliseconds until the next probe; 0 when one may pass. */
  get restMs(): number {
    return this.state === "open" ? Math.max(0, this.#restsUntil - this.#clock.monotonic()) : 0;
  }
}
