import type { Scheduler } from "../../clock.ts";

/** What an answer comes to; `undefined` when that takes longer. The answer must not reject. */
export function inTime<T>(answer: Promise<T>, limitMs: number, scheduler: Scheduler): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(limitMs, () => resolve(undefined));
    void answer.then(resolve).finally(cancel);
  });
}
