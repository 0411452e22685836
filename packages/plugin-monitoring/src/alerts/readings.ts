import type { Observation } from "@backworks/core";
import type { CheckWatch } from "../checks/watch.ts";
import type { Family } from "../families/family.ts";
import type { Labels } from "../families/text.ts";
import { durationBuckets } from "../request-recorder.ts";
import { circuitsOf } from "../collectors/circuits.ts";
import { holds } from "./condition.ts";
import type { Condition, Signal } from "./condition.ts";
import { quantile } from "./history.ts";
import type { History } from "./history.ts";

/** A value of one series. */
export interface SeriesValue {
  readonly labels: Labels;
  readonly value: number;
}

/** Where signals are read, at the moment of one evaluation. */
export interface SignalSources {
  readonly history: History;
  readonly observation: Observation;
  readonly checks: CheckWatch;
  /** Gauges of `custom:`, by name. */
  readonly gauges: ReadonlyMap<string, Family>;
  /** Seconds. */
  readonly lag: number;
  /** By plugin; asked for once for all rules, if one needs it. */
  readonly unhealthy: ReadonlyMap<string, boolean>;
}

const quantiles: Readonly<Partial<Record<Signal["kind"], number>>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** The series for which a condition holds, each with the value of its first comparison, or of the one that has series. */
export function seriesWhere({ comparisons }: Condition, sources: SignalSources): readonly SeriesValue[] {
  const held = comparisons.map((comparison) =>
    read(comparison.signal, sources).filter(({ value }) => holds(comparison, value)),
  );
  if (held.some((series) => series.length === 0)) return [];
  // All but one have a single series without labels.
  return held.find((series) => series.some(({ labels }) => Object.keys(labels).length > 0)) ?? held[0] ?? [];
}

function read(signal: Signal, sources: SignalSources): readonly SeriesValue[] {
  return readers[signal.kind](sources, signal);
}

type Reader = (sources: SignalSources, signal: Signal) => readonly SeriesValue[];

const windowed: Reader = ({ history }, { kind, windowMs }) => single(readWindowed(kind, history, windowMs));

const readers: Readonly<Record<Signal["kind"], Reader>> = {
  error_rate: windowed,
  request_rate: windowed,
  p50: windowed,
  p90: windowed,
  p95: windowed,
  p99: windowed,
  active_requests: ({ observation }) => single(observation.requestsUnderWay()),
  eventloop_lag: ({ lag }) => single(lag),
  plugin_unhealthy: ({ unhealthy }) =>
    [...unhealthy].map(([plugin, isUnhealthy]) => ({ labels: { plugin }, value: isUnhealthy ? 1 : 0 })),
  upstream_down: ({ observation }) =>
    observation
      .modes()
      .flatMap(circuitsOf)
      .map(({ isOpen, ...labels }) => ({ labels, value: isOpen ? 1 : 0 })),
  check_down: ({ checks }) =>
    [...checks.down()].map(([check, isDown]) => ({ labels: { check }, value: isDown ? 1 : 0 })),
  metric: ({ gauges }, { name }) => gauges.get(name)?.samples() ?? [],
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
