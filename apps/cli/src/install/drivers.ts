import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { installedPlugin } from "@backworks/core";
import type { InstalledPlugin, MissingPackage, RawConfig } from "@backworks/core";

/** A package that a mode needs for what the configuration says, besides itself. */
export interface Driver {
  /** What asks for it: `postgresql`. */
  readonly name: string;
  readonly package: string;
  readonly range: string;
}

/**
 * Drivers that the modes in use need. A mode names them in its `package.json`:
 *
 * `"backworks": { "drivers": [{ "keys": ["databases.*.type"], "values": { "postgresql": { "package": "pg", "range": "^8" } } }] }`
 *
 * `unless` of a driver is a module of Node in whose place it is.
 */
export function wantedDrivers(raw: RawConfig, folders: readonly string[]): readonly Driver[] {
  const drivers = [...raw.modes.keys()].flatMap((mode) => {
    const found = installedMode(mode, folders);
    return found === undefined ? [] : driversOf(found, raw.value);
  });
  return [...new Map(drivers.map((driver) => [driver.package, driver])).values()];
}

/** Those that no folder has. */
export function missingDrivers(raw: RawConfig, folders: readonly string[]): readonly MissingPackage[] {
  return wantedDrivers(raw, folders).flatMap(({ name, package: wanted, range }) => {
    const request = { name: wanted, package: wanted, version: undefined, modulePath: undefined };
    if (installedPlugin(request, folders) !== undefined) return [];
    return [{ name, kind: "driver", specs: [`${wanted}@${range}`] } as const];
  });
}

function installedMode(mode: string, folders: readonly string[]): InstalledPlugin | undefined {
  const names = [`@backworks/mode-${mode}`, `backworks-mode-${mode}`];
  return names
    .map((name) => installedPlugin({ name, package: name, version: undefined, modulePath: undefined }, folders))
    .find((found) => found !== undefined);
}

interface DriverTable {
  readonly keys?: readonly string[];
  readonly values?: Readonly<Record<string, Partial<Driver> & { readonly unless?: string }>>;
}

function driversOf({ directory }: InstalledPlugin, config: unknown): readonly Driver[] {
  // A package of npm; what it says beyond that is looked at member by member.
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    readonly backworks?: { readonly drivers?: readonly DriverTable[] };
  };
  return (manifest.backworks?.drivers ?? []).flatMap(({ keys = [], values = {} }) => {
    const said = new Set(keys.flatMap((key) => valuesAt(config, key.split("."))));
    return Object.entries(values).flatMap(([name, { package: wanted, range = "*", unless }]) => {
      const stands = said.has(name) && wanted !== undefined && (unless === undefined || !isBuiltin(unless));
      return stands ? [{ name, package: wanted, range }] : [];
    });
  });
}

/** What stands at a path, `*` being every key. */
function valuesAt(value: unknown, [key, ...rest]: readonly string[]): readonly unknown[] {
  if (key === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  return members.flatMap(([name, member]) => (key === "*" || key === name ? valuesAt(member, rest) : []));
}
