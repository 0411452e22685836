import type { Gathered, Observation, Processes } from "@backworks/core";
import type { CheckWatch } from "../checks/watch.ts";
import { circuitsOf, mergeCircuits } from "../collectors/circuits.ts";
import type { Circuit } from "../collectors/circuits.ts";
import type { LoopWatch } from "../collectors/event-loop.ts";
import type { Histogram } from "../families/histogram.ts";
import type { GaugeValue, Numbers } from "../families/numbers.ts";
import { writeLabels } from "../families/text.ts";
import { readTotals } from "./request-totals.ts";
import type { RequestTotals } from "./request-totals.ts";
import type { Rule } from "./rule.ts";

/** What rules look at, at one moment: of all processes together. */
export interface Signals extends Standing {
  readonly requests: RequestTotals;
}

/** How a process stands. */
export interface Standing {
  readonly underWay: number;
  /** Seconds. */
  readonly lag: number;
  /** By plugin; empty when no rule asks. */
  readonly unhealthy: ReadonlyMap<string, boolean>;
  /** By check, those that ran already. */
  readonly down: ReadonlyMap<string, boolean>;
  readonly circuits: readonly Circuit[];
  /** Gauges of `custom:`, by name. */
  readonly gauges: ReadonlyMap<string, readonly GaugeValue[]>;
}

/** Where a process reads its own signals. */
export interface SignalSources {
  readonly durations: Histogram;
  readonly observation: Observation;
  readonly checks: CheckWatch;
  readonly loop: LoopWatch;
  /** Gauges of `custom:`, by name. */
  readonly gauges: ReadonlyMap<string, Numbers>;
}

const topic = "monitoring.signals";

/** From now on other processes learn how this one stands. Returns what ends that. */
export function shareSignals(
  processes: Processes,
  sources: SignalSources,
  rules: readonly Rule[],
): ReturnType<Processes["share"]> {
  const asksHealth = rules.some(({ condition }) =>
    condition.comparisons.some(({ signal }) => signal.kind === "plugin_unhealthy"),
  );
  return processes.share(topic, {
    totals: () => ({ requests: { keys: [""], numbers: readTotals(sources.durations) } }),
    present: () => standingOf(sources, asksHealth),
  });
}

async function standingOf(
  { observation, checks, loop, gauges }: SignalSources,
  asksHealth: boolean,
): Promise<Standing> {
  const health = asksHealth ? await observation.pluginHealth() : {};
  return {
    underWay: observation.requestsUnderWay(),
    lag: loop.lagSeconds(),
    unhealthy: new Map(Object.entries(health).map(([name, { status }]) => [name, status === "unhealthy"])),
    down: checks.down(),
    circuits: circuitsOf(observation),
    gauges: new Map([...gauges].map(([name, gauge]) => [name, gauge.gaugeValues()])),
  };
}

/** The signals of all processes; `undefined` when none answered. */
export async function gatherSignals(processes: Processes): Promise<Signals | undefined> {
  return together(await processes.gather(topic));
}

/** What is wrong in one process is wrong. */
function together({ totals, present }: Gathered): Signals | undefined {
  // Every process runs this code.
  const all = present as readonly Standing[];
  const requests = totals["requests"]?.numbers;
  if (all.length === 0 || requests === undefined) return undefined;
  return {
    requests,
    underWay: all.reduce((sum, { underWay }) => sum + underWay, 0),
    lag: Math.max(...all.map(({ lag }) => lag)),
    unhealthy: anyOf(all.map(({ unhealthy }) => unhealthy)),
    down: anyOf(all.map(({ down }) => down)),
    circuits: mergeCircuits(all.flatMap(({ circuits }) => circuits)),
    gauges: latestOf(all.map(({ gauges }) => gauges)),
  };
}

function anyOf(all: readonly ReadonlyMap<string, boolean>[]): ReadonlyMap<string, boolean> {
  const any = new Map<string, boolean>();
  for (const [name, holds] of all.flatMap((map) => [...map])) any.set(name, holds || any.get(name) === true);
  return any;
}

function latestOf(all: readonly Standing["gauges"][]): Standing["gauges"] {
  const latest = new Map<string, Map<string, GaugeValue>>();
  for (const [name, values] of all.flatMap((gauges) => [...gauges])) {
    const series = latest.get(name) ?? new Map<string, GaugeValue>();
    latest.set(name, series);
    for (const value of values) {
      const key = writeLabels(value.labels);
      if (value.at >= (series.get(key)?.at ?? 0)) series.set(key, value);
    }
  }
  return new Map([...latest].map(([name, series]) => [name, [...series.values()]]));
}
