import { createRequire } from "node:module";
import { join } from "node:path";
import { BackworksError } from "@backworks/core";
import type { Place } from "@backworks/core";

/** Where drivers are looked for. */
export interface DriverSources {
  /** The database that needs one. */
  readonly database: string;
  /** Absolute path of the project's root. */
  readonly root: string;
  readonly where: Place;
}

/** What npm is asked for when a driver is missing. */
const ranges: Readonly<Record<string, string>> = { pg: "pg@8", mysql2: "mysql2@3", libsql: "libsql@0.5" };

/**
 * The driver that the project has, that the command installed for it, or that stands beside this package.
 *
 * @throws BW_DATABASE_DRIVER_MISSING
 */
export function loadDriver<T>(name: string, sources: DriverSources): T {
  const found = findDriver<T>(name, sources.root);
  if (found !== undefined) return found;
  const hint = `npm install ${ranges[name] ?? name}`;
  throw new BackworksError(
    "BW_DATABASE_DRIVER_MISSING",
    { database: sources.database, package: name },
    { where: sources.where, hint },
  );
}

/** The same; `undefined` when there is none. What is broken says so itself. */
export function findDriver<T>(name: string, root: string): T | undefined {
  for (const from of [join(root, "package.json"), join(root, ".backworks/plugins/package.json"), import.meta.url]) {
    const require = createRequire(from);
    const file = resolve(name, require);
    // Whoever asks knows the package's types.
    if (file !== undefined) return require(file) as T;
  }
  return undefined;
}

function resolve(name: string, require: NodeJS.Require): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    // It is not there: the next place may have it.
    return undefined;
  }
}
