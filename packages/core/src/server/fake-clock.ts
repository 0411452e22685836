import type { Clock, Scheduler } from "../clock.ts";

/** A clock that moves by hand, with the timers that go by it. */
export interface FakeClock extends Clock, Scheduler {
  /** Moves time on, running each timer at its moment and letting promises settle after each. */
  advance(milliseconds: number): Promise<void>;
  /** Timers that have not run. */
  readonly pending: number;
}

interface Timer {
  at: number;
  readonly task: () => void;
  readonly everyMs: number | undefined;
}

/** A fake clock; `startedAt` is in milliseconds since the Unix epoch. @defaultValue 2026-01-01T00:00:00Z */
export function createFakeClock(startedAt: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startedAt;
  const timers = new Set<Timer>();
  const add = (timer: Timer): (() => void) => {
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const due = (until: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)[0];

  return {
    now: () => now,
    monotonic: () => now - startedAt,
    after: (delayMs, task) => add({ at: now + delayMs, task, everyMs: undefined }),
    every: (intervalMs, task) => add({ at: now + intervalMs, task, everyMs: intervalMs }),
    get pending() {
      return timers.size;
    },
    async advance(milliseconds) {
      const until = now + milliseconds;
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        now = timer.at;
        if (timer.everyMs === undefined) timers.delete(timer);
        else timer.at += timer.everyMs;
        timer.task();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets promises settle, and what waits for the network a little. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
