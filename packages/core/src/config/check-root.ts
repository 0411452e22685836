import { basename } from "node:path";
import { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import { noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import type { PluginDefinition } from "../plugin.ts";
import type { CheckedConfig } from "./checked-before.ts";
import { checkEndpoints } from "./check-endpoints.ts";
import { checkPlugins } from "./check-plugins.ts";
import type { Checker } from "./checker.ts";
import type { Config, EndpointSection, ServerSection } from "./config.ts";
import { entryOf, placeOf } from "./node.ts";
import { rootKeyOwners } from "./outline.ts";
import { sections } from "./sections/index.ts";
import { corsDefaults } from "./sections/server.ts";

export interface CheckOptions {
  /** Modes that may be used, by name. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** Definitions of the enabled plugins, by name; one that is not here is not checked. */
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
  /** Whether a plugin could not be loaded, so that modes and keys of its own are not known. @defaultValue false */
  readonly pluginsMissing?: boolean;
  /** A configuration that was right: what it says as well need not be checked again. */
  readonly before?: CheckedConfig | undefined;
  /** Gives way to requests while a large configuration is checked. @defaultValue never */
  readonly pace?: Pace | undefined;
}

/** What holds of a configuration. */
export interface CheckedRoot {
  /** Without wrong endpoints, with defaults for other values that are wrong. */
  readonly config: Config;
  /** Wrong endpoints, without what is wrong with them. */
  readonly salvaged: readonly EndpointSection[];
}

/** Checks the whole and gives what holds. */
export async function checkRoot(
  checker: Checker,
  { modes, plugins, before, pace = noPace }: CheckOptions,
): Promise<CheckedRoot> {
  const modeKeys = new Map([...modes.values()].flatMap((mode) => Object.entries(mode.rootKeys ?? {})));
  const projectKeys = Object.keys(sections.project.shape);
  checker.refuseUnknown([], new Set([...projectKeys, ...sectionKeys, ...modeKeys.keys(), ...rootKeyOwners.keys()]));
  refuseWithoutOwner(checker, modeKeys);
  const project = await checker.check(sections.project, { path: [], keys: projectKeys, defaults: {} });
  const server = await checker.check(sections.server, { path: ["server"], defaults: {} });
  const logging = await checker.check(sections.logging, { path: ["logging"], defaults: {} });
  const headers = await checker.check(sections.globalHeaders, { path: ["global_headers"], defaults: {} });
  const modeValues = await checkModeKeys(checker, modeKeys);
  const checkedPlugins = await checkPlugins(checker, plugins);
  const { sound, salvaged } = await checkEndpoints(checker, { modes, plugins, before, pace });
  const config: Config = {
    ...projectOf(checker, project),
    server: serverOf(server ?? sections.server.parse({})),
    logging: { file: undefined, format: undefined, ...(logging ?? sections.logging.parse({})) },
    rate_limit: project?.rate_limit,
    global_headers: headers ?? {},
    endpoints: sound,
    plugins: checkedPlugins,
    modeValues,
    raw: checker.raw,
  };
  return { config, salvaged };
}

/** Root keys of modes that were not found. */
function refuseWithoutOwner(checker: Checker, known: ReadonlyMap<string, unknown>): void {
  for (const [key, mode] of rootKeyOwners) {
    const entry = entryOf(checker.tree, key);
    if (entry === undefined || known.has(key)) continue;
    const hint = `${key} belongs to it; it comes as @backworks/mode-${mode} or backworks-mode-${mode}`;
    checker.errors.push(new BackworksError("BW_CONFIG_MODE_UNKNOWN", { mode }, { where: placeOf(entry.key), hint }));
  }
}

/** Root keys that are sections of their own. */
const sectionKeys: readonly string[] = ["server", "logging", "global_headers", "endpoints", "plugins"];

function projectOf(
  checker: Checker,
  project: ReturnType<typeof sections.project.parse> | undefined,
): Pick<Config, "name" | "version" | "description" | "middleware"> {
  const { name, version, description, middleware = [] } = project ?? {};
  return {
    name: name ?? (basename(checker.raw.root) || "backworks"),
    version,
    description,
    middleware: [middleware].flat(),
  };
}

async function checkModeKeys(
  checker: Checker,
  modeKeys: ReadonlyMap<string, Mode["endpointKeys"][string]>,
): Promise<Readonly<Record<string, unknown>>> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const [key, schema] of modeKeys) {
    if (!checker.has([key])) continue;
    const before = checker.errors.length;
    const value = await checker.checkForeign(schema, [key]);
    if (checker.errors.length === before) values[key] = value;
  }
  return values;
}

function serverOf(server: ReturnType<typeof sections.server.parse>): ServerSection {
  const { cors, tls } = server;
  const whole = { ...server, tls: tls && { ca: undefined, passphrase: undefined, ...tls } };
  if (cors === undefined || cors === false) return { ...whole, cors: undefined };
  const { methods, headers, ...rest } = cors === true ? corsDefaults.parse({}) : cors;
  return { ...whole, cors: { ...rest, methods, headers } };
}
