import { basename } from "node:path";
import { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import type { PluginDefinition } from "../plugin.ts";
import { checkEndpoints } from "./check-endpoints.ts";
import { checkPlugins } from "./check-plugins.ts";
import { createChecker } from "./checker.ts";
import type { Checker } from "./checker.ts";
import type { Config, CorsSection, RawConfig } from "./config.ts";
import { createHomes } from "./known-homes.ts";
import { compareErrors } from "./order.ts";
import { sections } from "./sections/index.ts";
import { corsDefaults } from "./sections/server.ts";
import { treeOf } from "./tree.ts";

export interface CheckOptions {
  /** Modes that may be used, by name. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** Definitions of the enabled plugins, by name; one that is not here is not checked. */
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
}

/** Checks a configuration against the schemas of core, modes and plugins. @throws BW_CONFIG_INVALID with every mistake */
export async function checkConfig(raw: RawConfig, options: CheckOptions): Promise<Config> {
  const checker = createChecker(raw, createHomes(options.modes));
  const config = raw.value === undefined ? undefined : await checkRoot(checker, options);
  const errors = [...raw.errors, ...visible(checker.errors, treeOf(raw).incomplete)].sort(compareErrors(raw.sources));
  if (errors.length === 0 && config !== undefined) return config;
  const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
  const where = errors[0]?.where;
  throw new BackworksError("BW_CONFIG_INVALID", { count, file: raw.file }, { where, errors });
}

/** What a file that could not be read would have said is unknown: nothing is missing then, and no mode is unclear. */
function visible(errors: readonly BackworksError[], incomplete: boolean): readonly BackworksError[] {
  const doubtful = new Set<string>(["BW_CONFIG_MISSING_KEY", "BW_CONFIG_MODE_UNCLEAR", "BW_CONFIG_MODE_BLOCK"]);
  return incomplete ? errors.filter((error) => !doubtful.has(error.code)) : errors;
}

async function checkRoot(checker: Checker, { modes, plugins }: CheckOptions): Promise<Config> {
  const sectionKeys = ["server", "logging", "global_headers", "endpoints", "plugins"];
  const modeKeys = new Map([...modes.values()].flatMap((mode) => Object.entries(mode.rootKeys ?? {})));
  const known = new Set([...Object.keys(sections.project.shape), ...sectionKeys, ...modeKeys.keys()]);
  checker.refuseUnknown([], known);
  const project = await checker.check(sections.project, {
    path: [],
    keys: Object.keys(sections.project.shape),
    defaults: {},
  });
  const server = await checker.check(sections.server, { path: ["server"], defaults: {} });
  const logging = await checker.check(sections.logging, { path: ["logging"], defaults: {} });
  const headers = await checker.check(sections.globalHeaders, { path: ["global_headers"], defaults: {} });
  const modeValues = await checkModeKeys(checker, modeKeys);
  const checkedPlugins = await checkPlugins(checker, plugins);
  const endpoints = await checkEndpoints(checker, { modes, plugins });
  return {
    name: project?.name ?? (basename(checker.raw.root) || "backworks"),
    version: project?.version,
    description: project?.description,
    server: { ...(server ?? sections.server.parse({})), cors: corsOf(server?.cors) },
    logging: { file: undefined, format: undefined, ...(logging ?? sections.logging.parse({})) },
    global_headers: headers ?? {},
    middleware: project?.middleware === undefined ? [] : [project.middleware].flat(),
    endpoints,
    plugins: checkedPlugins,
    modeValues,
    raw: checker.raw,
  };
}

async function checkModeKeys(
  checker: Checker,
  modeKeys: ReadonlyMap<string, Mode["endpointKeys"][string]>,
): Promise<Readonly<Record<string, unknown>>> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const [key, schema] of modeKeys) {
    if (checker.has([key])) values[key] = await checker.checkForeign(schema, [key]);
  }
  return values;
}

type CorsValue = ReturnType<typeof sections.server.parse>["cors"];

function corsOf(value: CorsValue): CorsSection | undefined {
  if (value === undefined || value === false) return undefined;
  const { methods, headers, ...rest } = value === true ? corsDefaults.parse({}) : value;
  return { ...rest, methods, headers };
}
