import type { Clock, Scheduler } from "../src/clock.ts";

/** Time that moves only when a test says so. */
export interface FakeTime {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Timers that are set. */
  readonly pending: number;
  /** Moves time on, running what falls due in order, promises in between. */
  advance(ms: number): Promise<void>;
  /** Moves time on without running anything, as code does that blocks the process. */
  block(ms: number): void;
}

interface Timer {
  at: number;
  readonly everyMs: number | undefined;
  readonly task: () => void;
}

/** Begins at 2026-01-01T00:00:00Z. */
export function createFakeTime(): FakeTime {
  const began = Date.UTC(2026, 0, 1);
  let now = 0;
  const timers = new Set<Timer>();
  const add = (timer: Timer): (() => void) => {
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const due = (until: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)[0];
  return {
    clock: { now: () => began + now, monotonic: () => now },
    scheduler: {
      after: (delayMs, task) => add({ at: now + delayMs, everyMs: undefined, task }),
      every: (intervalMs, task) => add({ at: now + intervalMs, everyMs: intervalMs, task }),
    },
    get pending() {
      return timers.size;
    },
    block(ms) {
      now += ms;
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        now = timer.at;
        if (timer.everyMs === undefined) timers.delete(timer);
        else timer.at += timer.everyMs;
        timer.task();
        await settled();
      }
      now = until;
    },
  };
}

/** Lets every promise that can settle do so. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
