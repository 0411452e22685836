import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PluginEntry } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import type { Place } from "../errors.ts";
import { pluginApiVersion } from "../plugin.ts";
import type { PluginDefinition } from "../plugin.ts";
import { readDefinition } from "./definition.ts";
import { codePlace, problemOf } from "./ledger.ts";
import { findPackage } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import type { ModuleAddresses } from "./module-address.ts";
import { importProblem, locateModule } from "./module-file.ts";
import { pluginPackages, plainName } from "./package-name.ts";
import { satisfies } from "./range.ts";
import type { PlaceOf } from "./requirements.ts";

/** A plugin that was found and imported. */
export interface LoadedPlugin {
  readonly definition: PluginDefinition;
  /** Absolute path of the folder or file its code lies in; `undefined` for a value that was given. */
  readonly code: string | undefined;
  /** Absolute paths of the file of `module_path` and of what it imports relatively, to be watched. */
  readonly files: readonly string[];
}

/** Where plugins are looked for, and how a module is imported. */
export interface PluginSources {
  readonly root: string;
  /** Folders whose `node_modules` are searched, and those above: the project first. */
  readonly folders: readonly string[];
  /** Definitions that need no looking for, by name. */
  readonly given: ReadonlyMap<string, PluginDefinition>;
  loadModule(url: string): Promise<unknown>;
  /** Address of a module's present content. */
  readonly addressOf: ModuleAddresses;
}

/**
 * Finds, imports and checks one plugin.
 *
 * @throws BW_PLUGIN_NOT_FOUND, BW_PLUGIN_VERSION, BW_PLUGIN_API, BW_PLUGIN_IMPORT, BW_PLUGIN_INVALID, BW_PLUGIN_NAME, BW_FILE_MISSING, BW_FILE_OUTSIDE
 */
export async function loadPlugin(entry: PluginEntry, sources: PluginSources, placeOf: PlaceOf): Promise<LoadedPlugin> {
  const where = placeOf(entry.name);
  const given = sources.given.get(entry.name);
  const found = given === undefined ? await locate(entry, sources, placeOf) : undefined;
  const namespace = found === undefined ? { default: given } : await importModule(entry, found, { sources, where });
  const { code, files, label } = found ?? { code: undefined, files: [], label: entry.name };
  const read = readDefinition(namespace, { marked: found !== undefined && found.file === undefined });
  if (read.kind === "problem") {
    const { problem, hint } = read;
    throw new BackworksError("BW_PLUGIN_INVALID", { module: label, problem }, { where, hint });
  }
  const { definition } = read;
  if (plainName(definition.name) !== plainName(entry.name)) {
    const details = { module: label, actual: definition.name, plugin: entry.name };
    throw new BackworksError("BW_PLUGIN_NAME", details, { where, hint: `write ${definition.name}: below plugins` });
  }
  await checkApi({ entry, version: definition.version, range: definition.apiVersion }, where);
  return { definition, code, files };
}

interface Location {
  readonly url: string;
  readonly code: string;
  /** Absolute path of the file of `module_path`. */
  readonly file: string | undefined;
  /** Absolute paths of the module's files that are to be watched. */
  readonly files: readonly string[];
  /** How people call it: package and version, or the path as it was written. */
  readonly label: string;
}

async function locate(entry: PluginEntry, sources: PluginSources, placeOf: PlaceOf): Promise<Location> {
  const { name } = entry;
  if (entry.modulePath !== undefined) return locateFile(entry.modulePath, sources, placeOf(name, "module_path"));
  const names = pluginPackages(entry);
  const manifest = findPackage(names, sources.folders);
  if (manifest === undefined) {
    throw notFound(entry, names, entry.package === undefined ? placeOf(name) : placeOf(name, "package"));
  }
  await checkVersion(entry, manifest, placeOf(name, "version"));
  // Asked before the import: code for another contract should not run at all.
  await checkApi({ entry, version: manifest.version, range: manifest.api }, placeOf(name));
  return {
    ...sources.addressOf(manifest.entry, [join(manifest.directory, "package.json")]),
    code: manifest.directory,
    file: undefined,
    // npm writes them one after another: a reload is asked for when it is done.
    files: [],
    label: `${manifest.name}@${manifest.version}`,
  };
}

function locateFile(path: string, sources: PluginSources, where: Place | undefined): Location {
  const file = locateModule(path, sources.root, where);
  const problem = importProblem(file);
  if (problem !== undefined) {
    throw new BackworksError(
      "BW_PLUGIN_INVALID",
      { module: path, problem: "Node cannot load it" },
      { where, hint: problem },
    );
  }
  const folder = dirname(file);
  // A file among the project's own stands for itself alone.
  const code = folder === realpathSync(sources.root) ? file : folder;
  return { ...sources.addressOf(file), code, file, label: path };
}

function notFound(entry: PluginEntry, names: readonly string[], where: Place | undefined): BackworksError {
  const spec = (name: string): string => (entry.version === undefined ? name : `${name}@${entry.version}`);
  const choices = names.map((name) => `npm install ${spec(name)}`).join(" or ");
  return new BackworksError("BW_PLUGIN_NOT_FOUND", { plugin: entry.name }, { where, hint: choices });
}

async function checkVersion(entry: PluginEntry, manifest: Manifest, where: Place | undefined): Promise<void> {
  if (entry.version === undefined) return;
  const fits = await satisfies(manifest.version, entry.version);
  if (fits === true) return;
  const details = { plugin: entry.name, version: manifest.version, range: entry.version };
  const hint =
    fits === undefined ? "version must be a range such as ^1.2.0" : `npm install ${manifest.name}@"${entry.version}"`;
  throw new BackworksError("BW_PLUGIN_VERSION", details, { where, hint });
}

interface ApiClaim {
  readonly entry: PluginEntry;
  readonly version: string;
  readonly range: string | undefined;
}

async function checkApi({ entry, version, range }: ApiClaim, where: Place | undefined): Promise<void> {
  if (range === undefined || (await satisfies(pluginApiVersion, range)) === true) return;
  const details = { plugin: entry.name, version, range, api: pluginApiVersion };
  const hint = `install a version of the plugin for plugin API ${pluginApiVersion}, or a version of @backworks/core with API ${range}`;
  throw new BackworksError("BW_PLUGIN_API", details, { where, hint });
}

async function importModule(
  entry: PluginEntry,
  location: Location,
  { sources, where }: { readonly sources: PluginSources; readonly where: Place | undefined },
): Promise<unknown> {
  try {
    return await sources.loadModule(location.url);
  } catch (cause) {
    const hint = importHint(cause, location);
    throw new BackworksError(
      "BW_PLUGIN_IMPORT",
      { plugin: entry.name, problem: firstLine(problemOf(cause)) },
      { where, cause, hint },
    );
  }
}

function importHint(cause: unknown, location: Location): string {
  const missing = /Cannot find (?:package|module) '([^'./][^']*)'/.exec(problemOf(cause))?.[1];
  if (missing === "@backworks/core" && location.file !== undefined) {
    return "export the plain object, without definePlugin and the import, or npm install @backworks/core";
  }
  if (missing !== undefined) return `npm install ${missing}`;
  // Node keeps the line of a syntax error to itself until nobody catches it.
  if (cause instanceof SyntaxError && location.file !== undefined) return `node ${location.file} shows the line`;
  const place = codePlace(cause);
  return place === undefined ? `the error comes from ${location.label} itself` : `at ${place}`;
}

/** What follows in CommonJS is the way there, from file to file. */
function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
