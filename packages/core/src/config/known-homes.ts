import type { Mode } from "../mode.ts";
import type { ValuePath } from "./config.ts";
import { pathText } from "./issues.ts";
import { keysAt } from "./schema-keys.ts";
import { sections } from "./sections/index.ts";

/** Root keys of the older project that are plugins here, with the plugin's name. */
const olderPlugins: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ai: "ai",
    analytics: "analytics",
    cache: "cache",
    caching: "cache",
    dashboard: "visualization",
    monitoring: "monitoring",
    scaling: "scaling",
    security: "security",
    visualization: "visualization",
  }),
);

/** Says where an unknown key would be at home, or `undefined` when nowhere. */
export type FindHome = (key: string, path: ValuePath) => string | undefined;

export function createHomes(modes: ReadonlyMap<string, Mode>): FindHome {
  const rootKeys = new Set([
    "plugins",
    "endpoints",
    "server",
    "logging",
    "global_headers",
    ...keysAt(sections.project, []),
  ]);
  const endpointKeys = new Set([
    // Every thing has a name.
    ...keysAt(sections.endpoint, []).filter((key) => key !== "name"),
    ...[...modes.values()].flatMap((mode) => Object.keys(mode.endpointKeys)),
  ]);
  const inSections = new Map<string, string>();
  for (const mode of modes.values()) {
    for (const [block, schema] of Object.entries(mode.endpointKeys)) addAll(inSections, keysAt(schema, []), block);
  }
  addAll(inSections, keysAt(sections.logging, []), "logging");
  addAll(inSections, keysAt(sections.server, ["cors"]), "server.cors");
  addAll(inSections, keysAt(sections.server, []), "server");
  return (key, path) => homeOf(key, { path, rootKeys, endpointKeys, inSections });
}

interface Homes {
  readonly path: ValuePath;
  readonly rootKeys: ReadonlySet<string>;
  readonly endpointKeys: ReadonlySet<string>;
  readonly inSections: ReadonlyMap<string, string>;
}

function homeOf(key: string, homes: Homes): string | undefined {
  const { path, rootKeys, endpointKeys } = homes;
  const older = path.length === 0 ? olderPlugins.get(key) : undefined;
  if (older !== undefined) return `write it below plugins: as ${older}:`;
  const endpoint = enclosingEndpoint(path);
  if (endpointKeys.has(key) && path.length !== 2) return `${key} belongs in ${endpoint ?? "an endpoint"}`;
  if (rootKeys.has(key) && path.length > 0) return `${key} belongs at the top of the file`;
  return inSection(key, homes, endpoint);
}

function enclosingEndpoint(path: ValuePath): string | undefined {
  return path[0] === "endpoints" && path.length >= 2 ? pathText(path.slice(0, 2)) : undefined;
}

function inSection(key: string, { path, inSections }: Homes, endpoint: string | undefined): string | undefined {
  const section = inSections.get(key);
  if (section === undefined || pathText(path).endsWith(section)) return undefined;
  if (section.startsWith("server") || section === "logging") return `${key} belongs in ${section}`;
  return endpoint === undefined ? undefined : `${key} belongs in ${endpoint}.${section}`;
}

function addAll(homes: Map<string, string>, keys: readonly string[], home: string): void {
  for (const key of keys) homes.set(key, home);
}
