import { definePlugin, provideService, upstreamObserverService } from "@backworks/core";
import type { MaybePromise, PluginContext, PluginDefinition, PluginInstance } from "@backworks/core";
import { exportCommand } from "./commands.ts";
import type { CustomMetrics } from "./custom-metrics.ts";
import type { WrittenFamily } from "./exposition.ts";
import type { Family } from "./families/family.ts";
import { optionsSchema } from "./options/options.ts";
import type { Options } from "./options/options.ts";
import { metricsRegistryService } from "./service.ts";

const version = "1.0.0";

/** Metrics for Prometheus, health checks and alerts. */
export const monitoring: PluginDefinition = definePlugin<Options>({
  name: "monitoring",
  version,
  description: "Metrics for Prometheus, health checks and alerts",
  apiVersion: "^1.0.0",
  failure: "open",
  options: optionsSchema,
  commands: [exportCommand],
  initialize,
});

async function initialize(context: PluginContext<Options>): Promise<PluginInstance<Options>> {
  const { options } = context;
  // Only what runs needs prom-client and the rest; a command that looks at options does not.
  const { openMonitor } = await import("./monitor.ts");
  const { answerScrapes } = await import("./scrape.ts");
  const { gatherMetrics, shareMetrics } = await import("./together/metrics.ts");
  const monitor = await openMonitor(context, version);
  const { store, custom, checks, loop, alerts, families, collector, processes } = monitor;
  const { budget, requests, registry, upstreams } = store;
  const own = (): readonly Family[] => {
    registry.sync(families);
    return registry.families();
  };
  // Before a plugin that wants one of these names can have it.
  registry.sync(families);
  const shown = async (): Promise<readonly WrittenFamily[]> =>
    processes.several ? gatherMetrics(processes, own()) : collector.collect(own());
  let endSharing = (): MaybePromise<void> => {};
  return {
    start() {
      budget.limit = options.max_series;
      requests.keepExemplars(options.exemplars);
      if (processes.several) endSharing = shareMetrics(processes, own, collector);
      loop.start();
      checks.start();
      alerts.start();
    },
    async stop() {
      checks.stop();
      await alerts.stop();
      await endSharing();
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
      handlers: [{ name: "metrics", path: options.path, handler: answerScrapes(shown, options.token) }],
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
