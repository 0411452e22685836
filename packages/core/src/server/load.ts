import { checkConfig } from "../config/check.ts";
import type { Config, RawConfig } from "../config/config.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { readConfig } from "../config/read.ts";
import type { Mode } from "../mode.ts";
import { modes as builtInModes } from "../modes/index.ts";
import type { PluginDefinition } from "../plugin.ts";
import { loadModes } from "../plugins/load-modes.ts";
import type { PluginManager } from "../plugins/manager.ts";
import type { PlaceOf } from "../plugins/requirements.ts";
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

/** Reads what the options name. @throws BW_CONFIG_NOT_FOUND, BW_FILE_MISSING */
export function readConfigOf(options: OpenOptions): Promise<RawConfig> {
  const { config, text, environment, cwd = process.cwd(), env = process.env } = options;
  const source = typeof config === "string" ? { file: config } : { value: config };
  return readConfig({ cwd, env, environment, text, ...source });
}

/** Imports a module by its address. */
export const importModule = (url: string): Promise<unknown> => import(url);

/**
 * Loads plugins and modes that a configuration names, and checks it against their schemas.
 *
 * Mistakes of the configuration are told before a plugin that cannot be loaded.
 *
 * @throws BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, …
 */
export async function checkWithPlugins(
  raw: RawConfig,
  options: OpenOptions,
  manager: Pick<PluginManager, "loadPlugins">,
): Promise<LoadedConfig> {
  const given = givenPlugins(options);
  const placeOf: PlaceOf = (name, reserved) =>
    reserved === undefined ? raw.keyPlace(["plugins", name]) : raw.place(["plugins", name, reserved]);
  let failure: Error | undefined;
  const plugins: ReadonlyMap<string, PluginDefinition> = await manager
    .loadPlugins(raw.plugins, given, placeOf)
    .catch((error: unknown) => {
      failure = error instanceof Error ? error : new BackworksError("BW_INTERNAL", {}, { cause: error });
      return given;
    });
  const modes = await findModes(raw, options, plugins);
  const config = await checkConfig(raw, { modes, plugins }).catch((error: unknown) => {
    // Without its plugins a configuration seems to have unknown modes and keys: the plugin is then the one to be told of.
    if (failure !== undefined && isDoubtful(error)) throw failure;
    throw error;
  });
  if (failure !== undefined) throw failure;
  return { config, modes, plugins };
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

function isDoubtful(error: unknown): boolean {
  const doubtful = new Set<string>(["BW_CONFIG_MODE_UNKNOWN", "BW_CONFIG_MODE_UNCLEAR", "BW_CONFIG_UNKNOWN_KEY"]);
  return isBackworksError(error) && error.errors.every(({ code }) => doubtful.has(code));
}
