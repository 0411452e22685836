import { definePlugin, processesService, provideService } from "@backworks/core";
import type { Around, PluginContext, PluginDefinition, PluginInstance } from "@backworks/core";
import { toBytes } from "@backworks/option-values";
import { Room } from "./answer/room.ts";
import { change } from "./flow/change.ts";
import type { CacheContext } from "./flow/context.ts";
import { Flights } from "./flow/flights.ts";
import { createNumbers } from "./flow/numbers.ts";
import { listen } from "./flow/purge.ts";
import type { Policy } from "./flow/policy.ts";
import { read } from "./flow/read.ts";
import { endpointOptions } from "./options/endpoint-options.ts";
import type { EndpointOptions } from "./options/endpoint-options.ts";
import { pluginOptions } from "./options/plugin-options.ts";
import type { PluginOptions } from "./options/plugin-options.ts";
import { toPolicy } from "./options/to-policy.ts";
import { purgeAction, purgeCommand } from "./purge-command.ts";
import { createPurgeRoute } from "./purge-route.ts";
import { createPurgeService } from "./purge-service.ts";
import { cacheService } from "./service.ts";
import { openStore } from "./stores/index.ts";
import type { Store } from "./stores/store.ts";

type Context = PluginContext<PluginOptions, EndpointOptions>;

/** Keys of which it is remembered that their answers are not for many. */
const mostPasses = 10_000;

const plugin = definePlugin<PluginOptions, EndpointOptions>({
  name: "cache",
  version: "1.0.0",
  description: "Answers again with what was answered before, as long as that may be.",
  apiVersion: "^1.0.0",
  failure: "open",
  options: pluginOptions,
  endpointOptions,
  commands: [purgeCommand],
  async initialize(context) {
    const store = await openStore(context);
    return createInstance(context, store, await createCache(context, store));
  },
});

async function createCache(context: Context, store: Store): Promise<CacheContext> {
  const { options, clock, scheduler, logger } = context;
  const { LRUCache } = await import("lru-cache");
  return {
    store,
    clock,
    scheduler,
    room: new Room(toBytes(options.max_size)),
    logger,
    flights: new Flights(),
    passes: new LRUCache({ max: mostPasses }),
    numbers: createNumbers(),
    processes: context.service(processesService),
    name: options.cache_status === false ? undefined : options.cache_status,
    tagFields: options.tag_headers.map((name) => name.toLowerCase()),
  };
}

function createInstance(context: Context, store: Store, cache: CacheContext): PluginInstance<PluginOptions> {
  const { options } = context;
  const policies = policiesOf(context);
  const service = createPurgeService(
    cache,
    [...policies.values()].map(({ query }) => query),
  );
  context.signal.addEventListener("abort", listen(cache), { once: true });
  return {
    start: () => store.start(),
    stop: () => cache.flights.end(),
    around: { when: { endpoints: [...policies.keys()] }, run: toHook(cache, policies) },
    healthCheck: () => store.health(),
    getMetrics: () => ({ ...cache.numbers, ...store.numbers() }),
    contributes: {
      services: [provideService(cacheService, service)],
      actions: { purge: purgeAction(service) },
      handlers: options.purge === undefined ? [] : [createPurgeRoute(options.purge, service)],
    },
  };
}

function policiesOf({ options, app, endpointOptions: optionsOf }: Context): ReadonlyMap<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const { name, mode } of app.endpoints) {
    const policy = toPolicy({ name, mode, options: optionsOf(name) }, options);
    if (policy !== undefined) policies.set(name, policy);
  }
  return policies;
}

function toHook(context: CacheContext, policies: ReadonlyMap<string, Policy>): Around {
  const endpoints = new Map([...policies].map(([name, policy]) => [name, { context, policy }]));
  return (exchange, next) => {
    const endpoint = endpoints.get(exchange.route?.endpoint ?? "");
    if (endpoint === undefined) return next(exchange);
    const { method } = exchange.request;
    return method === "GET" || method === "HEAD" ? read(endpoint, exchange, next) : change(endpoint, exchange, next);
  };
}

/** A cache of answers that many share. */
export const cache: PluginDefinition = plugin;
