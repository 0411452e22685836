import type { Clock, Scheduler } from "@backworks/core";

/** Time as it goes, for what other processes take part in. */
export const realTime: { readonly clock: Clock; readonly scheduler: Scheduler } = {
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  scheduler: {
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs).unref();
      return () => clearTimeout(timer);
    },
    every(intervalMs, task) {
      const timer = setInterval(task, intervalMs).unref();
      return () => clearInterval(timer);
    },
  },
};
