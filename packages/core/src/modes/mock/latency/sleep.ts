import type { Scheduler } from "../../../clock.ts";
import { BackworksError } from "../../../errors.ts";

/** Waits; an abort ends the wait and leaves no timer behind. @throws BW_REQUEST_ABORTED */
export function sleep(ms: number, scheduler: Scheduler, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(new BackworksError("BW_REQUEST_ABORTED"));
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(new BackworksError("BW_REQUEST_ABORTED"));
    };
    const cancel = scheduler.after(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
