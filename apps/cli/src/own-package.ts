import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of this package's folder, wherever the bundler put this module in it. */
export function ownFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** The core that is running: its version, and its folder with symbolic links resolved. */
export interface RunningCore {
  readonly version: string;
  readonly folder: string;
}

export function runningCore(): RunningCore {
  const file = realpathSync(createRequire(import.meta.url).resolve("@backworks/core/package.json"));
  return { version: readVersion(file), folder: dirname(file) };
}

export function ownVersion(): string {
  return readVersion(join(ownFolder(), "package.json"));
}

function readVersion(file: string): string {
  // a package.json always has one
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
