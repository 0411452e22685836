import type { Logger } from "../logger.ts";
import type { AppFacts, PluginContext } from "../plugin.ts";
import type { PluginScope } from "./scope.ts";
import type { Services } from "./services.ts";
import type { PluginWorld } from "./world.ts";

/** What the configuration says for one instance; replaced whole when it takes new options in place. */
export interface InstanceSettings {
  readonly options: unknown;
  readonly endpointOptions: ReadonlyMap<string, unknown>;
  readonly facts: AppFacts;
  readonly services: Services;
  readonly times: PluginTimes;
}

/** `server.timeouts` as far as they are for plugins, in milliseconds; `Infinity` where a limit is switched off. */
export interface PluginTimes {
  /** Of a hook that names none itself. */
  readonly hookMs: number;
  /** Of each step in a plugin's life. */
  readonly lifecycleMs: number;
}

export interface ContextParts {
  readonly name: string;
  readonly scope: PluginScope;
  readonly logger: Logger;
  readonly world: PluginWorld;
  /** Read anew at every use. */
  settings(): InstanceSettings;
  /** Told when the plugin asks for the facts of the App. */
  factsRead(): void;
}

/** What `initialize` gets. Options, facts and services are those of the generation the instance is in. */
export function createContext({ name, scope, logger, world, settings, factsRead }: ContextParts): PluginContext {
  return {
    name,
    get options() {
      return settings().options;
    },
    endpointOptions: (endpoint) => settings().endpointOptions.get(endpoint),
    get app() {
      factsRead();
      return settings().facts;
    },
    projectRoot: world.root,
    logger,
    clock: world.clock,
    scheduler: scope.scheduler,
    random: world.random,
    signal: scope.signal,
    service: (key) => settings().services.get(key),
    optionalService: (key) => settings().services.find(key),
    resources: { acquire: async (key, recipe) => scope.acquire(key, recipe) },
    createRouter: world.createRouter,
  };
}
