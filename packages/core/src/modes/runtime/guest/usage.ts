import { getHeapStatistics } from "node:v8";

/** How often a thread says how much memory it has while calls are under way. */
const busyIntervalMs = 50;
const idleIntervalMs = 1000;

/** Positions in the shared numbers of a thread. */
export const usageAt = { beat: 0, bytes: 1 } as const;

/**
 * Writes what this thread has, heap and what the heap holds on to, for the server to see also while the thread is busy. The function that is
 * returned is called when something begins.
 */
export function reportUsage(shared: SharedArrayBuffer, isIdle: () => boolean): () => void {
  const numbers = new Float64Array(shared);
  let beat = 0;
  let reportedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const report = (nextMs: number): void => {
    // Without a call into the kernel, which `process.memoryUsage()` makes.
    const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
    numbers[usageAt.bytes] = heap + external;
    numbers[usageAt.beat] = beat += 1;
    reportedAt = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => report(isIdle() ? idleIntervalMs : busyIntervalMs), nextMs).unref();
  };
  report(busyIntervalMs);
  return () => {
    if (performance.now() - reportedAt >= busyIntervalMs) report(busyIntervalMs);
  };
}
