import { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import { normalisePath, pathShape } from "../path-pattern.ts";
import type { PluginDefinition } from "../plugin.ts";
import { chooseMode } from "./choose-mode.ts";
import type { Checker } from "./checker.ts";
import type { EndpointSection, ValuePath } from "./config.ts";
import { nodeAt, pathText } from "./issues.ts";
import type { Node } from "./node.ts";
import { entryOf, placeOf } from "./node.ts";
import { blockModes, endpointEntries, isEnabled } from "./outline.ts";
import type { EndpointEntry } from "./outline.ts";
import { sections } from "./sections/index.ts";
import { found } from "./wording.ts";

interface Known {
  readonly modes: ReadonlyMap<string, Mode>;
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
}

/** Checks `endpoints:`, a mapping by name or a list. */
export async function checkEndpoints(checker: Checker, known: Known): Promise<readonly EndpointSection[]> {
  const node = nodeAt(checker.tree, ["endpoints"]);
  if (node === undefined && checker.raw.plugins.length === 0) checker.errors.push(noEndpoints(checker));
  if (node === undefined || !checker.has(["endpoints"])) return [];
  if (node.kind === "scalar") {
    const details = {
      path: "endpoints",
      expected: "a mapping of endpoints by name, or a list of them",
      found: found(node),
    };
    checker.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(node) }));
    return [];
  }
  const endpoints: EndpointSection[] = [];
  for (const entry of endpointEntries(checker.tree)) {
    const endpoint = await checkEndpoint(checker, entry, known);
    if (endpoint !== undefined) endpoints.push(endpoint);
  }
  refuseTwins(checker, endpoints);
  return endpoints;
}

function noEndpoints(checker: Checker): BackworksError {
  const where = checker.tree === undefined ? undefined : placeOf(checker.tree);
  const hint = "write endpoints: with at least one, or endpoints: {} for none";
  return new BackworksError("BW_CONFIG_MISSING_KEY", { path: "the configuration", key: "endpoints" }, { where, hint });
}

async function checkEndpoint(
  checker: Checker,
  entry: EndpointEntry,
  known: Known,
): Promise<EndpointSection | undefined> {
  const path: ValuePath = ["endpoints", entry.step];
  if (entry.node.kind !== "mapping") {
    const details = { path: pathText(path), expected: "a mapping with a path", found: found(entry.node) };
    checker.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(entry.node) }));
    return undefined;
  }
  const modeKeys = new Map([...known.modes.values()].flatMap((mode) => Object.entries(mode.endpointKeys)));
  // A mapping names its endpoints by their keys.
  const coreKeys = Object.keys(sections.endpoint.shape).filter(
    (key) => key !== "name" || typeof entry.step === "number",
  );
  checker.refuseUnknown(
    path,
    new Set([...coreKeys, ...modeKeys.keys(), ...blockModes, ...pluginKeys(checker, known.plugins)]),
  );
  const core = await checker.check(sections.endpoint, { path, keys: coreKeys });
  refuseBothMethods(checker, path);
  const mode = await chooseMode(checker, entry, known.modes);
  const modeValues = await checkAll(checker, path, modeKeys);
  const pluginValues = await checkAll(checker, path, endpointOptions(known.plugins));
  if (core === undefined || mode === undefined) return undefined;
  const given = core.method ?? core.methods;
  const methods = [...new Set([given ?? "GET"].flat())];
  const owned = Object.keys(known.modes.get(mode)?.endpointKeys ?? {});
  return {
    name: entry.name ?? `${methods[0]} ${core.path}`,
    configPath: path,
    path: normalisePath(core.path),
    methods,
    methodsGiven: given !== undefined,
    mode,
    description: core.description,
    modeValues: Object.fromEntries(Object.entries(modeValues).filter(([key]) => owned.includes(key))),
    pluginValues,
  };
}

type Schemas = ReadonlyMap<string, Mode["endpointKeys"][string]>;

function endpointOptions(plugins: ReadonlyMap<string, PluginDefinition>): Schemas {
  const schemas = new Map<string, Mode["endpointKeys"][string]>();
  for (const [name, { endpointOptions: schema }] of plugins) if (schema !== undefined) schemas.set(name, schema);
  return schemas;
}

/** Endpoint keys of plugins: those with endpoint options, and any that is switched off, so that switching off takes one word. */
function pluginKeys(checker: Checker, plugins: ReadonlyMap<string, PluginDefinition>): string[] {
  const entries = nodeAt(checker.tree, ["plugins"]);
  if (entries?.kind !== "mapping") return [];
  return [...entries.entries].flatMap(([name, { value }]) => {
    const definition = plugins.get(name);
    return !isEnabled(value) || definition === undefined || definition.endpointOptions !== undefined ? [name] : [];
  });
}

async function checkAll(
  checker: Checker,
  path: ValuePath,
  schemas: Schemas,
): Promise<Readonly<Record<string, unknown>>> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const [key, schema] of schemas) {
    if (nodeAt(checker.tree, [...path, key]) !== undefined)
      values[key] = await checker.checkForeign(schema, [...path, key]);
  }
  return values;
}

function refuseBothMethods(checker: Checker, path: ValuePath): void {
  const node: Node | undefined = nodeAt(checker.tree, path);
  const [one, several] = [entryOf(node, "method"), entryOf(node, "methods")];
  if (one === undefined || several === undefined) return;
  const first = placeOf(one.key);
  const details = { path: pathText([...path, "methods"]), first: `line ${first.line} by method` };
  const hint = "keep one of method and methods";
  checker.errors.push(new BackworksError("BW_CONFIG_CONFLICT", details, { where: placeOf(several.key), hint }));
}

/** Two endpoints of one name, or that answer the same requests. */
function refuseTwins(checker: Checker, endpoints: readonly EndpointSection[]): void {
  const names = new Map<string, EndpointSection>();
  const routes = new Map<string, EndpointSection>();
  for (const endpoint of endpoints) {
    const { name, configPath } = endpoint;
    if (names.has(name)) {
      const where = checker.raw.place([...configPath, "name"]);
      checker.errors.push(
        new BackworksError("BW_CONFIG_DUPLICATE_NAME", { name }, { where, hint: "give each its own name" }),
      );
    }
    names.set(name, endpoint);
    for (const method of endpoint.methods) refuseTwinRoute(checker, { endpoint, method, routes });
  }
}

function refuseTwinRoute(
  checker: Checker,
  { endpoint, method, routes }: { endpoint: EndpointSection; method: string; routes: Map<string, EndpointSection> },
): void {
  const key = `${method} ${pathShape(endpoint.path)}`;
  const first = routes.get(key);
  if (first === undefined) {
    routes.set(key, endpoint);
    return;
  }
  const where = checker.raw.place([...endpoint.configPath, "path"]);
  const { line, source } = checker.raw.place([...first.configPath, "path"]);
  const hint = `see ${source.file}:${line}`;
  const details = { method, path: endpoint.path, first: `endpoint ${first.name}` };
  checker.errors.push(new BackworksError("BW_CONFIG_DUPLICATE_ROUTE", details, { where, hint }));
}
