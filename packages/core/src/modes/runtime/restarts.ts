import type { Clock, Random, Scheduler } from "../../clock.ts";

const firstDelayMs = 100;
const longestDelayMs = 10_000;
/** One that lived this long did not end because of how it began. */
const longEnoughMs = 1000;
/** Part of a delay that is left to chance. */
const jitterRatio = 0.2;

/** Says when to replace what ended: at once, and later and later when one after the other ends soon. */
export interface Restarts {
  /** It takes calls. */
  began(member: object): void;
  after(member: object, restart: () => void): void;
  close(): void;
}

export function createRestarts({
  clock,
  scheduler,
  random,
}: {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
}): Restarts {
  const begun = new WeakMap<object, number>();
  const cancels = new Set<() => void>();
  let failures = 0;
  let open = true;
  return {
    began: (member) => void begun.set(member, clock.monotonic()),
    after(member, restart) {
      if (!open) return;
      const livedMs = clock.monotonic() - (begun.get(member) ?? Infinity);
      failures = livedMs >= longEnoughMs ? 1 : failures + 1;
      if (failures === 1) return restart();
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 2)) * (1 - jitterRatio * random());
      const cancel = scheduler.after(delayMs, () => {
        cancels.delete(cancel);
        restart();
      });
      cancels.add(cancel);
    },
    close() {
      open = false;
      for (const cancel of cancels) cancel();
    },
  };
}
