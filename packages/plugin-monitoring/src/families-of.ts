import type { Observation } from "@backworks/core";
import type { Collector } from "./collector.ts";
import { backworksFamilies } from "./collectors/backworks.ts";
import type { LoopWatch } from "./collectors/event-loop.ts";
import { processFamilies } from "./collectors/process.ts";
import { derived } from "./families/computed.ts";
import type { Family } from "./families/family.ts";
import type { MetricsStore } from "./store.ts";

/** What the families of one instance come from. */
export interface FamilySources {
  readonly store: MetricsStore;
  readonly observation: Observation;
  readonly loop: LoopWatch;
  readonly collector: Collector;
  readonly version: string;
  readonly withProcess: boolean;
  /** Of custom metrics, checks and alerts. */
  readonly more: readonly Family[];
}

/** Every family, in the order in which it is written. */
export function familiesOf(sources: FamilySources): readonly Family[] {
  const { store, observation, loop, collector, version, withProcess, more } = sources;
  const { requests, upstreams, budget, registry } = store;
  return [
    requests.durations,
    upstreams.durations,
    upstreams.failures,
    ...backworksFamilies(observation, version),
    ...loop.families,
    derived(
      { name: "backworks_metric_lines", help: "Lines of metrics that requests made.", type: "gauge", over: "max" },
      () => [{ value: budget.used }],
    ),
    derived({ name: "backworks_metric_missing", help: "Metrics that cannot be read; always 1.", type: "gauge" }, () =>
      [...collector.missing]
        .filter(([metric]) => registry.registry.getSingleMetric(metric) !== undefined)
        .map(([metric, reason]) => ({ labels: { metric, reason }, value: 1 })),
    ),
    ...more,
    ...(withProcess ? processFamilies() : []),
  ];
}
