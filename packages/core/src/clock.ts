/** Where time comes from. Everything that asks the time or waits takes one, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds of a monotonic clock with a fraction, for measuring durations. */
  monotonic(): number;
}

/** Where timers come from. A timer does not keep the process alive. */
export interface Scheduler {
  /** Runs `task` once after `delayMs` milliseconds, 24 days at most; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` every `intervalMs` milliseconds; the returned function ends it. */
  every(intervalMs: number, task: () => void): () => void;
}

/** A source of numbers evenly spread over [0, 1). */
export type Random = () => number;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** What a timer of Node can hold, a good 24 days; a longer delay would end at once. */
const longestDelayMs = 2 ** 31 - 1;

/** The machine's timers, unreferenced. */
export const systemScheduler: Scheduler = {
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(delayMs, longestDelayMs)).unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, task) {
    const timer = setInterval(task, Math.min(intervalMs, longestDelayMs)).unref();
    return () => clearInterval(timer);
  },
};
