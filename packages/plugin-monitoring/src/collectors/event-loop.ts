import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";

/** Watches how late timers are. */
export interface LoopWatch {
  readonly families: readonly Family[];
  /** By which 99 of 100 timers were late at most since the last call, in seconds. */
  lagSeconds(): number;
  /** From now on there are 50 wake-ups a second that run no JavaScript. */
  start(): void;
  close(): void;
}

const resolutionMs = 20;

export function watchLoop(): LoopWatch {
  const scraped = monitorEventLoopDelay({ resolution: resolutionMs });
  const asked = monitorEventLoopDelay({ resolution: resolutionMs });
  const lag = computed(
    {
      name: "backworks_eventloop_lag_seconds",
      help: "Lateness of timers since the last scrape.",
      type: "gauge",
      over: "max",
    },
    () => {
      const readings = { p50: scraped.percentile(50), p99: scraped.percentile(99), max: scraped.max };
      const values = Object.entries(readings).map(([stat, nanoseconds]) => ({
        labels: { stat },
        value: scraped.count === 0 ? 0 : toSeconds(nanoseconds),
      }));
      scraped.reset();
      return values;
    },
  );
  return {
    families: [lag, utilization()],
    lagSeconds() {
      const seconds = asked.count === 0 ? 0 : toSeconds(asked.percentile(99));
      asked.reset();
      return seconds;
    },
    start() {
      scraped.enable();
      asked.enable();
    },
    close() {
      scraped.disable();
      asked.disable();
    },
  };
}

function utilization(): Family {
  let before = performance.eventLoopUtilization();
  return computed(
    {
      name: "backworks_eventloop_utilization_ratio",
      help: "Share of the time since the last scrape that the event loop was busy.",
      type: "gauge",
      over: "max",
    },
    () => {
      const now = performance.eventLoopUtilization();
      const { utilization: value } = performance.eventLoopUtilization(now, before);
      before = now;
      return [{ value }];
    },
  );
}

function toSeconds(nanoseconds: number): number {
  const seconds = nanoseconds / 1e9 - resolutionMs / 1000;
  return seconds > 0 ? seconds : 0;
}
