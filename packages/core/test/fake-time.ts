import type { Clock, Scheduler } from "../src/clock.ts";
import { createFakeClock } from "../src/server/fake-clock.ts";

/** The fake clock as the two collaborators most code takes, and able to be blocked. */
export interface FakeTime {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Timers that are set. */
  readonly pending: number;
  /** Moves time on, running what falls due in order, promises in between. */
  advance(ms: number): Promise<void>;
  /** Moves the clock on without running anything, as code does that blocks the process. */
  block(ms: number): void;
}

/** Begins at 2026-01-01T00:00:00Z. */
export function createFakeTime(): FakeTime {
  const fake = createFakeClock();
  let blockedMs = 0;
  return {
    clock: { now: () => fake.now() + blockedMs, monotonic: () => fake.monotonic() + blockedMs },
    scheduler: fake,
    get pending() {
      return fake.pending;
    },
    async advance(ms) {
      await fake.advance(0);
      await fake.advance(ms);
    },
    block(ms) {
      blockedMs += ms;
    },
  };
}
