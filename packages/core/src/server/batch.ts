import { performance } from "node:perf_hooks";
import type { Clock } from "../clock.ts";

/** Longest time, in milliseconds, that one waits for others. */
const heldMs = 1;

/**
 * Writes what comes in one turn of the event loop in one go at its end; the first at once, for it may be the only one (docs/adr/0048).
 *
 * Whoever writes to a connection wakes who waits for it. What is written in one go wakes a client with many connections once.
 */
export function createBatch<T>(write: (item: T) => void, clock: Clock): (item: T) => void {
  let turn = -1;
  let since = 0;
  let held: T[] = [];
  const flush = (): void => {
    const all = held;
    held = [];
    for (const item of all) write(item);
  };
  return (item) => {
    const { loopCount } = performance.nodeTiming.uvMetricsInfo;
    if (loopCount !== turn) {
      turn = loopCount;
      return write(item);
    }
    if (held.push(item) === 1) {
      since = clock.monotonic();
      setImmediate(flush);
    } else if (clock.monotonic() - since >= heldMs) flush();
  };
}
