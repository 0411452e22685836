import type { Source } from "../errors.ts";
import type { ValuePath } from "./config.ts";
import type { Environment } from "./environment.ts";
import type { Node } from "./node.ts";

/** What the search for secrets looks at. */
export interface SecretSources {
  readonly tree: Node | undefined;
  readonly sources: readonly Source[];
  readonly environment: Environment;
  /** Variables of dotenv files. */
  readonly dotenv: Environment;
}

/** Values that are told to everybody anyway: where the API listens, and what it is called. */
const publicKeys: ReadonlySet<string> = new Set(["name", "version", "mode", "server", "logging"]);
const publicEndpointKeys: ReadonlySet<string> = new Set(["name", "path", "method", "methods", "mode"]);
const publicPluginKeys: ReadonlySet<string> = new Set(["enabled", "package", "version", "module_path"]);

/** Values of variables that the configuration uses where nobody looks, and of all in dotenv files that it does not use in public. */
export function secretValues({ tree, sources, environment, dotenv }: SecretSources): readonly string[] {
  const used: UsedNames = { secret: new Set(Object.keys(dotenv)), open: new Set() };
  if (tree !== undefined && sources.some(({ text }) => /\$\{[A-Z_]/.test(text))) collect(tree, [], used);
  const names = [...used.secret].filter((name) => !used.open.has(name));
  return Object.freeze(names.flatMap((name) => environment[name] ?? []));
}

interface UsedNames {
  readonly secret: Set<string>;
  readonly open: Set<string>;
}

function collect(node: Node, path: ValuePath, used: UsedNames): void {
  if (node.kind === "scalar") {
    for (const name of node.variables) (isPublic(path) ? used.open : used.secret).add(name);
  } else if (node.kind === "sequence") {
    node.items.forEach((item, index) => collect(item, [...path, index], used));
  } else {
    for (const [key, { value }] of node.entries) collect(value, [...path, key], used);
  }
}

function isPublic([section, , key]: ValuePath): boolean {
  if (section === "endpoints") return publicEndpointKeys.has(String(key));
  if (section === "plugins") return publicPluginKeys.has(String(key));
  return publicKeys.has(String(section)) && key !== "passphrase";
}
