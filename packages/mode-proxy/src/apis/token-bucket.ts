import type { Clock } from "@backworks/core";

/** How often something may be done. */
export interface BucketSettings {
  readonly perMinute: number;
  /** At once after a pause. */
  readonly burst: number;
}

/** A token bucket that may be in debt: what waits has taken its token already, so that everybody waits in turn. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #settings: BucketSettings;
  #tokens: number;
  #since: number;

  constructor(clock: Clock, settings: BucketSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#tokens = settings.burst;
    this.#since = clock.monotonic();
  }

  /** Milliseconds until the next may go on, 0 at once. */
  get waitMs(): number {
    this.#fill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * minuteMs) / this.#settings.perMinute);
  }

  /** Takes a token, which may be one of the future. Returns how long to wait for it, in milliseconds. */
  take(): number {
    const wait = this.waitMs;
    this.#tokens -= 1;
    return wait;
  }

  /** Gives back a token that was not used. */
  giveBack(): void {
    this.#tokens = Math.min(this.#settings.burst, this.#tokens + 1);
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const { perMinute, burst } = this.#settings;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#since) * perMinute) / minuteMs);
    this.#since = now;
  }
}

const minuteMs = 60_000;
