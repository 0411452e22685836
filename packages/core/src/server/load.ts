import { inspectConfig } from "../config/check.ts";
import type { Config, EndpointSection, RawConfig } from "../config/config.ts";
import type { FileSnapshot } from "../config/file-snapshot.ts";
import { createProjectFiles } from "../config/project-files.ts";
import { readConfig } from "../config/read.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { invalidConfig, partsOf } from "../invalid-config.ts";
import { silentLogger } from "../logger.ts";
import type { Mode } from "../mode.ts";
import type { AppParts } from "../model/app-parts.ts";
import { rehearse } from "../model/rehearse.ts";
import { modes as builtInModes } from "../modes/index.ts";
import { noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { compileValidation } from "../pipeline/validation/compile.ts";
import type { PluginDefinition } from "../plugin.ts";
import { loadModes } from "../plugins/load-modes.ts";
import type { PluginManager } from "../plugins/manager.ts";
import type { PlaceOf } from "../plugins/requirements.ts";
import { machineOf } from "./machine.ts";
import { templatesOf } from "./mode-templates.ts";
import type { OpenOptions } from "./options.ts";

/** A checked configuration with the modes it uses. */
export interface LoadedConfig {
  /** Checked, defaults are in. */
  readonly config: Config;
  /** Those in use, by name. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** Definitions of the enabled plugins. */
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
}

/** What is loaded, and how much time the loading takes at once. */
export type LoadOptions = OpenOptions & {
  /** @defaultValue never gives way */
  readonly pace?: Pace | undefined;
  /** What the generation that serves was made from. */
  readonly before?: RawConfig | undefined;
  /** What that was compiled to. */
  readonly compiled?: AppParts | undefined;
};

/** Reads what the options name. @throws BW_CONFIG_NOT_FOUND, BW_FILE_MISSING */
export function readConfigOf(options: LoadOptions, snapshot?: FileSnapshot): Promise<RawConfig> {
  const { config, text, environment, cwd = process.cwd(), env = process.env, pace, before } = options;
  const source = typeof config === "string" ? { file: config } : { value: config };
  return readConfig({ cwd, env, environment, text, snapshot, pace, before, ...source });
}

/** Imports a module by its address. */
export const importModule = (url: string): Promise<unknown> => import(url);

/**
 * Loads plugins and modes that a configuration names, and checks it against their schemas.
 *
 * When anything is wrong, the endpoints that seem right are compiled all the same, so that every mistake is told together.
 *
 * @throws BW_CONFIG_INVALID with every mistake; what the plugins' loading throws, when nothing else is wrong
 */
export async function checkWithPlugins(
  raw: RawConfig,
  options: LoadOptions,
  manager: Pick<PluginManager, "loadPlugins">,
): Promise<LoadedConfig> {
  const { plugins, failure } = await loadPlugins(raw, options, manager);
  const modes = await findModes(raw, options, plugins);
  const known = checked.get(raw);
  if (failure === undefined && known !== undefined && isCheckedWith(known, { modes, plugins })) return known;
  const loaded = await checkAgainst({ modes, plugins, failure }, raw, options);
  checked.set(raw, loaded);
  return loaded;
}

type Definitions = Omit<LoadedConfig, "config"> & Pick<LoadedPlugins, "failure">;

async function checkAgainst(
  { modes, plugins, failure }: Definitions,
  raw: RawConfig,
  options: LoadOptions,
): Promise<LoadedConfig> {
  const { config, errors, leftOut, salvaged } = await inspectConfig(raw, {
    modes,
    plugins,
    pluginsMissing: failure !== undefined,
    before: options.before && checked.get(options.before),
    pace: options.pace,
  });
  const alone = config === undefined || options.development === true ? [] : refuseAlone(config, plugins);
  const isRight = errors.length + alone.length === 0 && failure === undefined;
  if (config !== undefined && isRight) return { config, modes, plugins };
  const late = config === undefined ? [] : await rehearseFor(options, { config, modes }, { leftOut, salvaged });
  const found = [...errors, ...alone, ...late];
  throw failure === undefined ? invalidConfig(found, raw) : withMistakes(failure, found, raw);
}

/** Plugins that run in one process only, where several serve. `auto` may be one here and several elsewhere. */
function refuseAlone({ server, raw }: Config, plugins: LoadedConfig["plugins"]): readonly BackworksError[] {
  if (server.workers === 1) return [];
  return raw.plugins.flatMap(({ name }) => {
    const reason = plugins.get(name)?.oneProcess;
    if (reason === undefined) return [];
    const where = raw.keyPlace(["plugins", name]);
    const hint = "set server.workers to 1, or disable the plugin";
    return [new BackworksError("BW_WORKERS_PLUGIN", { plugin: name, reason }, { where, hint })];
  });
}

/** What checking came to, as long as the configuration is in use. */
const checked = new WeakMap<RawConfig, LoadedConfig>();

function isCheckedWith(loaded: LoadedConfig, { modes, plugins }: Omit<LoadedConfig, "config">): boolean {
  return holdsSame(loaded.modes, modes) && holdsSame(loaded.plugins, plugins);
}

function holdsSame(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
}

/** The mistakes that show when endpoints are compiled; nothing stays open. */
export function rehearseFor(
  options: LoadOptions,
  { config, modes }: Omit<LoadedConfig, "plugins">,
  { leftOut, salvaged }: { readonly leftOut: boolean; readonly salvaged?: readonly EndpointSection[] },
): Promise<readonly BackworksError[]> {
  const files = createProjectFiles(config.raw.root);
  const context = { ...machineOf(options), files, logger: silentLogger, ...templatesOf(config) };
  const { development = false, pace = noPace, compiled: before } = options;
  return rehearse(config, { development, modes, context, compileValidation, leftOut, salvaged, pace, before });
}

/** A failure together with mistakes; itself when there are none, or when it is no error of ours. */
export function withMistakes(failure: unknown, mistakes: readonly BackworksError[], raw: RawConfig): unknown {
  if (mistakes.length === 0 || !isBackworksError(failure)) return failure;
  return invalidConfig([...partsOf(failure), ...mistakes], raw);
}

interface LoadedPlugins {
  readonly plugins: LoadedConfig["plugins"];
  /** Why plugins could not be loaded. */
  readonly failure?: unknown;
}

async function loadPlugins(
  raw: RawConfig,
  options: OpenOptions,
  manager: Pick<PluginManager, "loadPlugins">,
): Promise<LoadedPlugins> {
  const given = givenPlugins(options);
  const placeOf: PlaceOf = (name, reserved) =>
    reserved === undefined ? raw.keyPlace(["plugins", name]) : raw.place(["plugins", name, reserved]);
  try {
    return { plugins: await manager.loadPlugins(raw.plugins, given, placeOf) };
  } catch (error) {
    return { plugins: given, failure: error ?? new BackworksError("BW_INTERNAL") };
  }
}

/** The modes and plugins whose schemas count, as far as they are found. */
export async function findDefinitions(
  raw: RawConfig | undefined,
  options: OpenOptions,
  openManager: (root: string) => Pick<PluginManager, "loadPlugins">,
): Promise<Omit<LoadedConfig, "config">> {
  const given = givenPlugins(options);
  if (raw === undefined) return { plugins: given, modes: new Map(builtInModes.map((mode) => [mode.name, mode])) };
  const plugins = await openManager(raw.root)
    .loadPlugins(raw.plugins, given)
    // A plugin that is not installed has no schema to add.
    .catch(() => given);
  return { plugins, modes: await findModes(raw, options, plugins) };
}

function givenPlugins({ plugins = [] }: OpenOptions): ReadonlyMap<string, PluginDefinition> {
  return new Map(plugins.map((plugin) => [plugin.name, plugin]));
}

/** Modes by name: those given, those of plugins, those of core, those of packages. */
async function findModes(
  raw: RawConfig,
  options: OpenOptions,
  plugins: ReadonlyMap<string, PluginDefinition>,
): Promise<ReadonlyMap<string, Mode>> {
  const brought = [...plugins.values()].flatMap((plugin) => plugin.modes ?? []);
  const known = new Map([...builtInModes, ...brought, ...(options.modes ?? [])].map((mode) => [mode.name, mode]));
  const wanted = new Map([...raw.modes].filter(([name]) => !known.has(name)));
  if (wanted.size === 0) return known;
  const folders = [raw.root, ...(options.searchFrom ?? [])];
  return new Map([...known, ...(await loadModes(wanted, { folders, loadModule: importModule }))]);
}
