import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** How the event loop did since the reading before. */
export interface LoopReading {
  /** Share of the time that it was busy, 0 to 1. */
  readonly utilizationRatio: number;
  /** By which 99 of 100 timers were late at most. */
  readonly delayMs: number;
  /** By which they were late on average. */
  readonly meanDelayMs: number;
}

/** Watches the event loop of this thread. */
export interface LoopProbe {
  read(): LoopReading;
  close(): void;
}

/** Of the timer that is watched; part of what Node measures. */
const resolutionMs = 20;
const nanosecondsPerMs = 1e6;

/** Opens a probe; costs 50 wake-ups a second that run no JavaScript. */
export function openLoopProbe(): LoopProbe {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let before = performance.eventLoopUtilization();
  let readAt = performance.now();
  return {
    read() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      const elapsedMs = performance.now() - readAt;
      // A loop that stood still all the time has let no timer run that could tell.
      const nothing = histogram.count === 0 && elapsedMs > 2 * resolutionMs ? elapsedMs : 0;
      const delayMs = nothing || toDelay(histogram.percentile(99));
      const meanDelayMs = nothing || toDelay(histogram.mean);
      histogram.reset();
      before = now;
      readAt += elapsedMs;
      return { utilizationRatio: utilization, delayMs, meanDelayMs };
    },
    close: () => void histogram.disable(),
  };
}

function toDelay(nanoseconds: number): number {
  const delayMs = nanoseconds / nanosecondsPerMs - resolutionMs;
  // The mean of no timers is no number.
  return delayMs > 0 ? delayMs : 0;
}
