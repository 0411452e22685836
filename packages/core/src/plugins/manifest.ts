import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a `package.json` says that matters here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string | undefined;
  /** Absolute path of the package's folder, symbolic links resolved. */
  readonly directory: string;
  /** Absolute path of the file that `import` of the package loads. */
  readonly entry: string;
  /** Range of the plugin API it was written for: `backworks.api`. */
  readonly api: string | undefined;
  /** Range of `@backworks/core` among its peers. */
  readonly corePeer: string | undefined;
}

/** The package in a folder; `undefined` when the folder holds none. */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const json = parse(file);
  if (json === undefined) return undefined;
  const directory = realpathSync(folder);
  return {
    name: text(json["name"]) ?? "",
    version: text(json["version"]) ?? "0.0.0",
    description: text(json["description"]),
    directory,
    entry: fileOf(join(directory, entryOf(json))),
    api: text(record(json["backworks"])?.["api"]),
    corePeer: text(record(json["peerDependencies"])?.["@backworks/core"]),
  };
}

/** The first of these packages that is installed where `folders` look, each with the folders above it. */
export function findPackage(names: readonly string[], folders: readonly string[]): Manifest | undefined {
  for (const folder of folders) {
    for (const name of names) {
      const found = findAbove(name, folder);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function findAbove(name: string, folder: string): Manifest | undefined {
  const found = readManifest(join(folder, "node_modules", name));
  if (found !== undefined) return found;
  const parent = dirname(folder);
  return parent === folder ? undefined : findAbove(name, parent);
}

type Json = Readonly<Record<string, unknown>>;

function parse(file: string): Json | undefined {
  try {
    return record(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // A broken package.json is a package that is not there: the caller says what it looked for.
    return undefined;
  }
}

/** Node's rule for `import "name"`: `exports["."]` under our conditions, else `main`, else `index.js`. */
function entryOf(json: Json): string {
  const exported = json["exports"];
  if (exported === undefined) return text(json["main"]) ?? "index.js";
  const subpaths = record(exported);
  const hasSubpaths = subpaths !== undefined && Object.keys(subpaths).some((key) => key.startsWith("."));
  return target(hasSubpaths ? subpaths["."] : exported) ?? text(json["main"]) ?? "index.js";
}

/** `main` may leave the ending out, or name a folder. */
function fileOf(path: string): string {
  const choices = [path, `${path}.js`, `${path}.json`, join(path, "index.js")];
  return choices.find((choice) => statSync(choice, { throwIfNoEntry: false })?.isFile() === true) ?? path;
}

const conditions: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

function target(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const choices = Array.isArray(value)
    ? value
    : Object.entries(record(value) ?? {}).flatMap(([condition, choice]) => (conditions.has(condition) ? [choice] : []));
  for (const choice of choices) {
    const found = target(choice);
    if (found !== undefined) return found;
  }
  return undefined;
}

function record(value: unknown): Json | undefined {
  // A JSON object; every member is still unknown.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
