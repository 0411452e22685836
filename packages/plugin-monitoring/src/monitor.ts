import { observationService, processesService } from "@backworks/core";
import type { PluginContext, Processes } from "@backworks/core";
import type { AlertEngine } from "./alerts/engine.ts";
import { openAlerts } from "./alerts/open.ts";
import { Collector } from "./collector.ts";
import { watchChecks } from "./checks/watch.ts";
import type { CheckWatch } from "./checks/watch.ts";
import { watchLoop } from "./collectors/event-loop.ts";
import type { LoopWatch } from "./collectors/event-loop.ts";
import { openCustom, warnOfUnknownEndpoints } from "./custom-metrics.ts";
import type { CustomMetrics } from "./custom-metrics.ts";
import type { Family } from "./families/family.ts";
import { Numbers } from "./families/numbers.ts";
import { familiesOf } from "./families-of.ts";
import type { Options } from "./options/options.ts";
import { MetricsStore } from "./store.ts";

/** Everything one instance has; nothing of it runs yet. */
export interface Monitor {
  readonly store: MetricsStore;
  readonly custom: CustomMetrics;
  readonly checks: CheckWatch;
  readonly loop: LoopWatch;
  readonly alerts: AlertEngine;
  /** Ours, in the order in which they are written. */
  readonly families: readonly Family[];
  readonly collector: Collector;
  readonly processes: Processes;
}

/** Puts the parts together. @throws BW_CONFIG_INVALID */
export async function openMonitor(context: PluginContext<Options>, version: string): Promise<Monitor> {
  const { options, clock, scheduler, logger } = context;
  const observation = context.service(observationService);
  const processes = context.service(processesService);
  const around = { clock, scheduler, logger, fetch, observation };
  // Over a reload the numbers go on: whoever comes next holds the same.
  const store = await context.resources.acquire("store", { open: () => new MetricsStore(), close: () => {} });
  const custom = await openCustom(options.custom, context, store.budget);
  warnOfUnknownEndpoints(options.custom, context);
  const checks = watchChecks(options.checks, around);
  const loop = watchLoop();
  const collector = new Collector({ scheduler, logger });
  const sources = { durations: store.requests.durations, observation, checks, loop, gauges: gaugesOf(custom) };
  const alerts = await openAlerts(options.alerts, { ...around, store, processes, sources });
  const families = familiesOf({
    store,
    observation,
    loop,
    collector,
    version,
    withProcess: options.process_metrics,
    more: [...custom.families, ...checks.families, ...alerts.families, store.alerts.notifications],
  });
  return { store, custom, checks, loop, alerts, families, collector, processes };
}

function gaugesOf({ families }: CustomMetrics): ReadonlyMap<string, Numbers> {
  const gauges = families.flatMap((family) => (family instanceof Numbers && family.type === "gauge" ? [family] : []));
  return new Map(gauges.map((gauge) => [gauge.name, gauge]));
}
