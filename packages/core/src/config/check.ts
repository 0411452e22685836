import type { BackworksError } from "../errors.ts";
import { invalidConfig } from "../invalid-config.ts";
import { checkOthers } from "./check-others.ts";
import { checkRoot } from "./check-root.ts";
import type { CheckOptions } from "./check-root.ts";
import { createChecker } from "./checker.ts";
import type { Config, EndpointSection, RawConfig } from "./config.ts";
import { withoutConsequences } from "./consequences.ts";
import { createHomes } from "./known-homes.ts";
import { countEndpoints } from "./outline.ts";
import { treeOf } from "./tree.ts";

/** What checking a configuration came to. */
export interface Inspection {
  /** What holds: without the endpoints that have a mistake, with defaults for other values that do. `undefined` when parts are unknown. */
  readonly config: Config | undefined;
  /** Every mistake that the schemas find. */
  readonly errors: readonly BackworksError[];
  /** Whether an endpoint is missing in `config`. */
  readonly leftOut: boolean;
  /** Endpoints that are missing in `config`, without what is wrong with them: to be looked at, never to be served. */
  readonly salvaged: readonly EndpointSection[];
}

/** Checks a configuration against the schemas of core, modes and plugins. */
export async function inspectConfig(raw: RawConfig, options: CheckOptions): Promise<Inspection> {
  const checker = createChecker(raw, createHomes(options.modes));
  const checked = raw.value === undefined ? undefined : await checkRoot(checker, options);
  const { root, incomplete, others } = treeOf(raw);
  const found = withoutConsequences(checker.errors, { ...options, incomplete });
  const elsewhere = await checkOthers(raw, others, options);
  return {
    config: incomplete ? undefined : checked?.config,
    errors: [...raw.errors, ...found, ...elsewhere],
    leftOut: countEndpoints(root) > (checked?.config.endpoints.length ?? 0),
    salvaged: checked?.salvaged ?? [],
  };
}

/** The same, for a configuration in which nothing may be wrong. @throws BW_CONFIG_INVALID with every mistake */
export async function checkConfig(raw: RawConfig, options: CheckOptions): Promise<Config> {
  const { config, errors } = await inspectConfig(raw, options);
  if (errors.length === 0 && config !== undefined) return config;
  throw invalidConfig(errors, raw);
}
