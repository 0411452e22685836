import type { Clock, Random, Scheduler } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { ExpressRouter } from "../plugin.ts";
import type { Config } from "../config/config.ts";
import type { ServiceBinding } from "../service.ts";
import type { ResourcePool } from "../resource-pool.ts";

/** What plugins are given of the world, the same for every instance. */
export interface PluginWorld {
  /** Absolute path of the project. */
  readonly root: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly logger: Logger;
  readonly pool: ResourcePool;
  /** What core itself offers the plugins of a configuration. */
  readonly services?: ((config: Config) => readonly ServiceBinding[]) | undefined;
  readonly createRouter: () => Promise<ExpressRouter>;
}
