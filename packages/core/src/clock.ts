/** Where time comes from. Everything that asks the time or waits takes one, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds of a monotonic clock with a fraction, for measuring durations. */
  monotonic(): number;
}

/** Where timers come from. A timer does not keep the process alive. */
export interface Scheduler {
  /** Runs `task` once after `delayMs` milliseconds; the returned function cancels it. */
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

/** The machine's timers, unreferenced. */
export const systemScheduler: Scheduler = {
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, task) {
    const timer = setInterval(task, intervalMs).unref();
    return () => clearInterval(timer);
  },
};
