import type { Scheduler } from "../clock.ts";
import { isThenable } from "./hook.ts";

/** Timers that end together; nothing is begun after the end. */
export interface Timers {
  readonly scheduler: Scheduler;
  end(): void;
}

const tooLate =
  "a timer was wanted after the plugin's end, and never comes: what outlives an instance takes its timers from what resources.acquire gives open";

/** `failed` is told what a task throws or rejects with, and once of a timer that is wanted after the end: whoever waits for it waits for ever. */
export function createTimers(machine: Scheduler, failed: (error: unknown) => void): Timers {
  const cancels = new Set<() => void>();
  let ended = false;
  let isTold = false;

  function refuse(): () => void {
    if (!isTold) failed(new Error(tooLate));
    isTold = true;
    return () => {};
  }

  function track(stop: () => void): () => void {
    const cancel = (): void => {
      cancels.delete(cancel);
      stop();
    };
    cancels.add(cancel);
    return cancel;
  }

  function isolate(task: () => void): void {
    try {
      const result: unknown = task();
      if (isThenable(result)) result.then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }

  function after(delayMs: number, task: () => void): () => void {
    if (ended) return refuse();
    const cancel = track(
      machine.after(delayMs, () => {
        cancel();
        isolate(task);
      }),
    );
    return cancel;
  }

  function every(intervalMs: number, task: () => void): () => void {
    return ended ? refuse() : track(machine.every(intervalMs, () => isolate(task)));
  }

  return {
    scheduler: { after, every },
    end() {
      ended = true;
      for (const cancel of cancels) cancel();
    },
  };
}
