import type { Observation } from "@backworks/core";
import { backworksFamilies } from "./collectors/backworks.ts";
import type { LoopWatch } from "./collectors/event-loop.ts";
import { processFamilies } from "./collectors/process.ts";
import { computed } from "./families/computed.ts";
import type { Family } from "./families/family.ts";
import type { MetricsStore } from "./store.ts";

/** What the families of one instance come from. */
export interface FamilySources {
  readonly store: MetricsStore;
  readonly observation: Observation;
  readonly loop: LoopWatch;
  readonly version: string;
  readonly withProcess: boolean;
  /** Of custom metrics, checks and alerts. */
  readonly more: readonly Family[];
}

/** Every family, in the order in which it is written. */
export function familiesOf({ store, observation, loop, version, withProcess, more }: FamilySources): readonly Family[] {
  const { requests, upstreams, budget } = store;
  return [
    requests.durations,
    upstreams.durations,
    upstreams.failures,
    ...backworksFamilies(observation, version),
    ...loop.families,
    computed(
      { name: "backworks_metric_lines", help: "Lines of metrics that requests made.", type: "gauge", over: "max" },
      () => [{ value: budget.used }],
    ),
    ...more,
    ...(withProcess ? processFamilies() : []),
  ];
}
