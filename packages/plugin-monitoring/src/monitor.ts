import { observationService, pluginTemplatesService } from "@backworks/core";
import type { PluginContext } from "@backworks/core";
import type { AlertEngine } from "./alerts/engine.ts";
import { openAlerts } from "./alerts/open.ts";
import { watchChecks } from "./checks/watch.ts";
import type { CheckWatch } from "./checks/watch.ts";
import { watchLoop } from "./collectors/event-loop.ts";
import type { LoopWatch } from "./collectors/event-loop.ts";
import { compileCustom } from "./custom-metrics.ts";
import type { CustomMetrics } from "./custom-metrics.ts";
import type { Family } from "./families/family.ts";
import { familiesOf } from "./families-of.ts";
import type { Options } from "./options/options.ts";
import { MetricsStore } from "./store.ts";

/** Everything one instance has; nothing of it runs yet but the watch of the event loop. */
export interface Monitor {
  readonly store: MetricsStore;
  readonly custom: CustomMetrics;
  readonly checks: CheckWatch;
  readonly loop: LoopWatch;
  readonly alerts: AlertEngine;
  /** Ours, in the order in which they are written. */
  readonly families: readonly Family[];
}

/** Puts the parts together. @throws BW_CONFIG_INVALID */
export async function openMonitor(context: PluginContext<Options>, version: string): Promise<Monitor> {
  const { options, clock, scheduler, logger } = context;
  const around = { clock, scheduler, logger, fetch, observation: context.service(observationService) };
  // Over a reload the numbers go on: whoever comes next holds the same.
  const store = await context.resources.acquire("store", { open: () => new MetricsStore(), close: () => {} });
  const custom = compileCustom(options.custom, {
    plugin: context.name,
    templates: context.service(pluginTemplatesService),
    families: store.custom,
    budget: store.budget,
  });
  const checks = watchChecks(options.checks, around);
  const loop = watchLoop();
  const alerts = await openAlerts(options.alerts, { ...around, store, checks, loop, gauges: gaugesOf(custom) });
  const families = familiesOf({
    store,
    observation: around.observation,
    loop,
    version,
    withProcess: options.process_metrics,
    more: [...custom.families, ...checks.families, ...alerts.families, store.alerts.notifications],
  });
  return { store, custom, checks, loop, alerts, families };
}

function gaugesOf({ families }: CustomMetrics): ReadonlyMap<string, Family> {
  return new Map(families.flatMap((family) => (family.type === "gauge" ? [[family.name, family] as const] : [])));
}
