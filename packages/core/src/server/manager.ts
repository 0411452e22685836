import { silentLogger } from "../logger.ts";
import type { Logger } from "../logger.ts";
import { createPluginManager } from "../plugins/manager.ts";
import type { PluginManager, PluginManagerOptions } from "../plugins/manager.ts";
import { createExpressRouter } from "./express.ts";
import { importModule } from "./load.ts";
import { machineOf } from "./machine.ts";
import type { OpenOptions } from "./options.ts";
import type { PluginOverrides } from "./override.ts";

interface ManagerParts {
  readonly root: string;
  readonly logger?: Logger;
  readonly services?: PluginManagerOptions["services"];
  rebuild?(overrides: PluginOverrides): Promise<unknown>;
}

/** A plugin manager for a project; without `rebuild` it only looks at plugins. */
export function openManager(
  options: OpenOptions,
  { root, logger = silentLogger, services, rebuild }: ManagerParts,
): PluginManager {
  return createPluginManager({
    ...machineOf(options),
    root,
    logger,
    services,
    development: options.development ?? false,
    createRouter: createExpressRouter,
    searchFrom: options.searchFrom ?? [],
    loadModule: importModule,
    rebuild: rebuild ?? (() => Promise.reject(new TypeError("nothing is served"))),
    ownsProcess: options.ownsProcess ?? false,
  });
}
