import { findPackage } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { modePackages, pluginPackages } from "./package-name.ts";
import type { PackageRequest } from "./package-name.ts";

/** A package that the configuration enables and no folder has. */
export interface MissingPackage {
  /** Name of the plugin or mode in the configuration, or of what needs a driver. */
  readonly name: string;
  /** What the package would bring. */
  readonly kind: "plugin" | "mode" | "driver";
  /** What npm may be asked for, best first: `@backworks/plugin-cache@^1.2.0`. The next is for when the registry has no such package. */
  readonly specs: readonly [string, ...string[]];
}

/** A plugin's package as it is installed, read without importing it. */
export interface InstalledPlugin extends Manifest {
  /** The folder of `folders` that led to it. */
  readonly foundFrom: string;
}

/** Enabled plugins whose package is in none of `folders`; those with `module_path` never are. */
export function missingPlugins(
  entries: readonly PackageRequest[],
  folders: readonly string[],
): readonly MissingPackage[] {
  return entries.flatMap((entry) => {
    const names = pluginPackages(entry);
    if (entry.modulePath !== undefined || findPackage(names, folders) !== undefined) return [];
    return [{ name: entry.name, kind: "plugin", specs: toSpecs(names, entry.version) } as const];
  });
}

/** Modes whose package is in none of `folders`; `builtIn` ones never are. */
export function missingModes(
  names: Iterable<string>,
  folders: readonly string[],
  builtIn: ReadonlySet<string>,
): readonly MissingPackage[] {
  return [...names].flatMap((name) => {
    const packages = modePackages(name);
    if (builtIn.has(name) || findPackage(packages, folders) !== undefined) return [];
    return [{ name, kind: "mode", specs: toSpecs(packages, undefined) } as const];
  });
}

/** The package an entry means, when it is installed. */
export function installedPlugin(entry: PackageRequest, folders: readonly string[]): InstalledPlugin | undefined {
  const names = pluginPackages(entry);
  for (const folder of folders) {
    const found = findPackage(names, [folder]);
    if (found !== undefined) return { ...found, foundFrom: folder };
  }
  return undefined;
}

function toSpecs(names: readonly string[], version: string | undefined): readonly [string, ...string[]] {
  const [first = "", ...others] = names.map((name) => (version === undefined ? name : `${name}@${version}`));
  return [first, ...others];
}
