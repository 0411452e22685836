import {
  BackworksError,
  builtInModes,
  installedPlugin,
  isBackworksError,
  missingModes,
  missingPlugins,
  readConfig,
  satisfies,
  suggest,
} from "@backworks/core";
import type { InstalledPlugin, MissingPackage, PluginEntry, RawConfig } from "@backworks/core";
import { ask } from "../ask.ts";
import type { Context } from "../context.ts";
import { ownFolder } from "../own-package.ts";
import type { RunningCore } from "../own-package.ts";
import { pluginFolder } from "../project.ts";
import type { ProjectOptions } from "../project.ts";
import { formatTable } from "../table.ts";
import { choosePackage } from "./choose.ts";
import type { ChosenPackage } from "./choose.ts";
import { missingDrivers, wantedDrivers } from "./drivers.ts";
import { openPluginFolder } from "./folder.ts";
import type { PluginFolder } from "./folder.ts";
import { installPackages, toDependencies } from "./install.ts";
import type { Npm } from "./npm.ts";

export interface EnsureOptions {
  /** `true` installs, `false` never does, `undefined` asks a person when there is one. */
  readonly install: boolean | undefined;
  readonly npm: Npm;
  readonly core: RunningCore;
}

/** What became of the packages that were missing. */
export type Ensured = "installed" | "nothing missing" | "not allowed" | "declined" | "offline";

/**
 * Installs every package that the configuration enables and no folder has, as far as that is allowed.
 *
 * @throws BW_CLI_PACKAGE_UNKNOWN, BW_CLI_PACKAGE_INCOMPATIBLE, BW_CLI_INSTALL_FAILED, BW_CLI_REGISTRY_FAILED
 */
export async function ensurePackages(
  project: ProjectOptions,
  context: Context,
  options: EnsureOptions,
): Promise<Ensured> {
  const { cwd, env, environment, config } = project;
  const source = typeof config === "object" ? { value: config } : { file: config };
  const raw = await readConfig({ cwd, env, environment, ...source });
  const folder = openPluginFolder(pluginFolder(raw.root));
  const missing = [...findMissing(raw, folder), ...(await findOutdated(raw, folder))];
  if (missing.length === 0) return "nothing missing";
  if (!mayInstall(context, options)) return "not allowed";
  try {
    const chosen = await Promise.all(missing.map((one) => choosePackage(one, { folder: raw.root, ...options })));
    if (options.install !== true && !(await agreed(chosen, context))) return "declined";
    await install(chosen, { raw, folder, context, options });
    return "installed";
  } catch (error) {
    if (isOffline(error)) return "offline";
    throw error;
  }
}

/** Packages that are in none of the folders in which core looks. A mode whose name is a slip is none. */
function findMissing(raw: RawConfig, folder: PluginFolder): readonly MissingPackage[] {
  const folders = [raw.root, ownFolder(), folder.path];
  const builtIn = new Set(builtInModes.map(({ name }) => name));
  const modes = [...raw.modes.keys()].filter((name) => builtIn.has(name) || suggest(name, builtIn) === undefined);
  const drivers = missingDrivers(raw, folders);
  return [...missingPlugins(raw.plugins, folders), ...missingModes(modes, folders, builtIn), ...drivers];
}

/** Plugins that the folder holds in another version than the configuration asks for. */
async function findOutdated(raw: RawConfig, folder: PluginFolder): Promise<readonly MissingPackage[]> {
  const outdated: MissingPackage[] = [];
  for (const entry of raw.plugins) {
    const here = inFolder(entry, raw, folder);
    if (here === undefined || entry.version === undefined) continue;
    if ((await satisfies(here.version, entry.version)) !== false) continue;
    outdated.push({ name: entry.name, kind: "plugin", specs: [`${here.name}@${entry.version}`] });
  }
  return outdated;
}

/** The package of a plugin that comes from the folder, and from nowhere before it. */
function inFolder(entry: PluginEntry, raw: RawConfig, folder: PluginFolder): InstalledPlugin | undefined {
  if (entry.modulePath !== undefined) return undefined;
  if (installedPlugin(entry, [raw.root, ownFolder()]) !== undefined) return undefined;
  return installedPlugin(entry, [folder.path]);
}

function mayInstall(context: Context, options: EnsureOptions): boolean {
  return options.install ?? (context.terminal.interactive && !context.json && !context.quiet);
}

function isOffline(error: unknown): boolean {
  return isBackworksError(error) && error.code === "BW_CLI_REGISTRY_FAILED" && error.details["reachable"] === "no";
}

async function agreed(chosen: readonly ChosenPackage[], context: Context): Promise<boolean> {
  const { paint } = context;
  const rows = chosen.map((one) => [`  ${one.name}`, paint.cyan(`${one.package}@${one.version}`)]);
  context.terminal.output.write(`The configuration enables what is not installed:\n\n${formatTable(rows)}\n\n`);
  return ask("Install into .backworks/plugins?", context);
}

interface Place {
  readonly raw: RawConfig;
  readonly folder: PluginFolder;
  readonly context: Context;
  readonly options: EnsureOptions;
}

async function install(chosen: readonly ChosenPackage[], { raw, folder, context, options }: Place): Promise<void> {
  const added = toDependencies(chosen);
  const names = Object.entries(added).map(([name, version]) => `${name}@${version}`);
  context.note(`installing ${names.join(", ")} …`);
  const startedAt = performance.now();
  await installPackages({ ...stillWanted(raw, folder), ...added }, folder, options);
  context.note(`installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** What the folder holds for plugins and modes, with their drivers, that are still in use and still come from it. */
export function stillWanted(raw: RawConfig, folder: PluginFolder): Readonly<Record<string, string>> {
  const plugins = raw.plugins.flatMap((entry) => inFolder(entry, raw, folder)?.name ?? []);
  const modes = [...raw.modes.keys()].flatMap((name) => [`@backworks/mode-${name}`, `backworks-mode-${name}`]);
  const drivers = wantedDrivers(raw, [raw.root, ownFolder(), folder.path]).map((driver) => driver.package);
  const wanted = new Set([...plugins, ...modes, ...drivers]);
  return Object.fromEntries(Object.entries(folder.dependencies()).filter(([name]) => wanted.has(name)));
}

const prefixes: Readonly<Record<Ensured, string>> = {
  installed: "",
  "nothing missing": "",
  declined: "",
  "not allowed": "",
  offline: "the registry is not reachable; later ",
};

/** The error again, its hints completed by the command that installs what is missing. */
export function withCommand(error: BackworksError, ensured: Ensured, invocation: string): BackworksError {
  // What --yes would not change is not to be mended by it.
  const own =
    missingCodes.has(error.code) && ensured !== "nothing missing"
      ? `${prefixes[ensured]}run ${invocation} --yes${error.hint === undefined ? "" : `, or ${error.hint}`}`
      : error.hint;
  return new BackworksError(error.code, error.details, {
    where: error.where,
    hint: own,
    cause: error.cause,
    errors: error.errors.map((part) => withCommand(part, ensured, invocation)),
  });
}

const missingCodes: ReadonlySet<string> = new Set([
  "BW_PLUGIN_NOT_FOUND",
  "BW_PLUGIN_VERSION",
  "BW_DATABASE_DRIVER_MISSING",
]);
