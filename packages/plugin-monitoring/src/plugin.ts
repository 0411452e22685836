import {
  definePlugin,
  observationService,
  pluginTemplatesService,
  provideService,
  upstreamObserverService,
} from "@backworks/core";
import type { PluginContext, PluginDefinition, PluginInstance } from "@backworks/core";
import { openAlerts } from "./alerts/open.ts";
import { watchChecks } from "./checks/watch.ts";
import { watchLoop } from "./collectors/event-loop.ts";
import { exportCommand } from "./commands.ts";
import { compileCustom } from "./custom-metrics.ts";
import type { CustomMetrics } from "./custom-metrics.ts";
import { familiesOf } from "./families-of.ts";
import { optionsSchema } from "./options/options.ts";
import type { Options } from "./options/options.ts";
import { answerScrapes } from "./scrape.ts";
import { metricsRegistryService } from "./service.ts";
import { MetricsStore } from "./store.ts";

const version = "1.0.0";

/** Metrics for Prometheus, health checks and alerts. */
export const monitoring: PluginDefinition = definePlugin<Options>({
  name: "monitoring",
  version,
  description: "Metrics for Prometheus, health checks and alerts",
  apiVersion: "^1.0.0",
  options: optionsSchema,
  commands: [exportCommand],
  oneProcess: "each process would count its own requests, and a scrape reaches only one of them",
  initialize,
});

async function initialize(context: PluginContext<Options>): Promise<PluginInstance<Options>> {
  const { options, clock, scheduler, logger } = context;
  const observation = context.service(observationService);
  // Over a reload the numbers go on: whoever comes next holds the same.
  const store = await context.resources.acquire("store", { open: () => new MetricsStore(), close: () => {} });
  const { budget, requests, registry, upstreams } = store;
  const templates = context.service(pluginTemplatesService);
  const custom = compileCustom(options.custom, { plugin: context.name, templates, families: store.custom, budget });
  const checks = watchChecks(options.checks, { observation, fetch, clock, scheduler, logger });
  const loop = watchLoop();
  const gauges = new Map(
    custom.families.flatMap((family) => (family.type === "gauge" ? [[family.name, family] as const] : [])),
  );
  const alerts = await openAlerts(options.alerts, {
    ...{ clock, scheduler, logger, fetch, store, observation, checks, loop, gauges },
  });
  const families = familiesOf({
    store,
    observation,
    loop,
    version,
    withProcess: options.process_metrics,
    more: [...custom.families, ...checks.families, ...alerts.families, store.alerts.notifications],
  });
  const scraped = (): ReturnType<typeof registry.families> => {
    registry.sync(families);
    return registry.families();
  };
  return {
    start() {
      budget.limit = options.max_series;
      requests.isKeepingExemplars = options.exemplars;
      checks.start();
      alerts.start();
    },
    stop() {
      alerts.stop();
      checks.stop();
    },
    cleanup: () => loop.close(),
    ...bodyHook(custom),
    finished(exchange, outcome) {
      requests.record(exchange, outcome);
      custom.record(exchange);
    },
    healthCheck: () => checks.health(),
    getMetrics: () => ({ lines: budget.used, refused: budget.refused }),
    contributes: {
      handlers: [{ name: "metrics", path: options.path, handler: answerScrapes(scraped, options.token) }],
      services: [
        provideService(upstreamObserverService, upstreams),
        provideService(metricsRegistryService, registry.registry),
      ],
    },
  };
}

/** Has the body read where an expression needs it; no hook where none does. */
function bodyHook({ bodyOf }: CustomMetrics): Partial<Pick<PluginInstance, "beforeRequest">> {
  if (bodyOf?.length === 0) return {};
  const when = bodyOf === undefined ? {} : { when: { endpoints: bodyOf } };
  return { beforeRequest: { ...when, needs: { requestBody: true }, run() {} } };
}
