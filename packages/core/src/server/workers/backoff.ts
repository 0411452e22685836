import type { Random } from "../../clock.ts";

/** A worker that lived this long, counted from when it was ready, did not fail at its start. */
const longEnoughMs = 1000;
const firstDelayMs = 1000;
const longestDelayMs = 30_000;
/** Part of a delay that is left to chance, so that what fails together is not tried again together. */
const jitterRatio = 0.2;

/** Says how long to wait before a worker is replaced. */
export interface Backoff {
  /** `readyMs`: how long it was ready; `undefined` when it never was. Milliseconds to wait; 0 unless workers die right after their start. */
  afterDeath(readyMs: number | undefined): number;
}

/** Waits 1, 2, 4 … 30 s while one worker after the other dies right after its start; otherwise not at all. */
export function createBackoff({ random }: { readonly random: Random }): Backoff {
  let failures = 0;
  return {
    afterDeath(readyMs) {
      if (readyMs !== undefined && readyMs >= longEnoughMs) {
        failures = 0;
        return 0;
      }
      failures += 1;
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
      return delay * (1 - jitterRatio * random());
    },
  };
}
