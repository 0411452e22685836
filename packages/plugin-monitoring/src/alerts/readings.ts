import type { Labels } from "../families/text.ts";
import { durationBuckets } from "../request-recorder.ts";
import { holds } from "./condition.ts";
import type { Condition, Signal } from "./condition.ts";
import { quantile } from "./history.ts";
import type { History } from "./history.ts";
import type { Signals } from "./signals.ts";

/** A value of one series. */
export interface SeriesValue {
  readonly labels: Labels;
  readonly value: number;
}

/** What conditions are read from. */
export interface Readings {
  readonly signals: Signals;
  readonly history: History;
}

const quantiles: Readonly<Partial<Record<Signal["kind"], number>>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** The series for which a condition holds, each with the value of its first comparison, or of the one that has series. */
export function seriesWhere({ comparisons }: Condition, readings: Readings): readonly SeriesValue[] {
  const held = comparisons.map((comparison) =>
    readers[comparison.signal.kind](readings, comparison.signal).filter(({ value }) => holds(comparison, value)),
  );
  if (held.some((series) => series.length === 0)) return [];
  // All but one have a single series without labels.
  return held.find((series) => series.some(({ labels }) => Object.keys(labels).length > 0)) ?? held[0] ?? [];
}

type Reader = (readings: Readings, signal: Signal) => readonly SeriesValue[];

const windowed: Reader = ({ history }, { kind, windowMs }) => single(readWindowed(kind, history, windowMs));

const readers: Readonly<Record<Signal["kind"], Reader>> = {
  error_rate: windowed,
  request_rate: windowed,
  p50: windowed,
  p90: windowed,
  p95: windowed,
  p99: windowed,
  active_requests: ({ signals }) => single(signals.underWay),
  eventloop_lag: ({ signals }) => single(signals.lag),
  plugin_unhealthy: ({ signals }) =>
    [...signals.unhealthy].map(([plugin, isUnhealthy]) => ({ labels: { plugin }, value: isUnhealthy ? 1 : 0 })),
  upstream_down: ({ signals }) => signals.circuits.map(({ isOpen, ...labels }) => ({ labels, value: isOpen ? 1 : 0 })),
  check_down: ({ signals }) =>
    [...signals.down].map(([check, isDown]) => ({ labels: { check }, value: isDown ? 1 : 0 })),
  metric: ({ signals }, { name }) => signals.gauges.get(name) ?? [],
};

function single(value: number | undefined): readonly SeriesValue[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

/** `undefined` while nothing came that could be judged. */
function readWindowed(kind: Signal["kind"], history: History, windowMs: number): number | undefined {
  const increase = history.increase(windowMs);
  if (increase === undefined) return undefined;
  const { requests, failed, buckets, elapsedMs } = increase;
  if (kind === "request_rate") return requests / (elapsedMs / 1000);
  if (kind === "error_rate") return requests === 0 ? undefined : failed / requests;
  return quantile(quantiles[kind] ?? 0.5, buckets, durationBuckets);
}
