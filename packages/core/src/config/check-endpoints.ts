import type { output } from "zod/mini";
import { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import type { Pace } from "../pace.ts";
import { normalisePath, pathShape } from "../path-pattern.ts";
import type { PluginDefinition } from "../plugin.ts";
import { checkBranches } from "./check-branches.ts";
import { checkedBefore } from "./checked-before.ts";
import type { CheckedConfig } from "./checked-before.ts";
import { chooseMode } from "./choose-mode.ts";
import type { Checker } from "./checker.ts";
import { isBlank } from "./checker.ts";
import type { EndpointRules, EndpointSection, ValuePath } from "./config.ts";
import { nodeAt, pathText } from "./issues.ts";
import { mostMistakes } from "./most-mistakes.ts";
import type { Node } from "./node.ts";
import { unescapeLiterals } from "./literal.ts";
import { entryOf, isWhole, placeOf, toValue } from "./node.ts";
import { blockModes, endpointEntries, isEnabled } from "./outline.ts";
import type { EndpointEntry } from "./outline.ts";
import { sections } from "./sections/index.ts";
import { oneLinePattern, oneLineProblem } from "./sections/one-line.ts";
import { refuseTwins } from "./twins.ts";
import type { EndpointOutline } from "./twins.ts";
import { found } from "./wording.ts";

interface Known {
  readonly modes: ReadonlyMap<string, Mode>;
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
  readonly before: CheckedConfig | undefined;
  readonly pace: Pace;
}

/** What checking `endpoints:` came to, in file order. */
export interface CheckedEndpoints {
  /** Those with which nothing is wrong. */
  readonly sound: readonly EndpointSection[];
  /** Others, without what is wrong with them, as far as that makes sense. */
  readonly salvaged: readonly EndpointSection[];
}

/** Checks `endpoints:`, a mapping by name or a list. */
export async function checkEndpoints(checker: Checker, known: Known): Promise<CheckedEndpoints> {
  const node = nodeAt(checker.tree, ["endpoints"]);
  if (node === undefined && checker.raw.plugins.length === 0) checker.errors.push(noEndpoints(checker));
  if (node === undefined || !checker.has(["endpoints"])) return { sound: [], salvaged: [] };
  if (node.kind === "scalar") {
    const details = {
      path: "endpoints",
      expected: "a mapping of endpoints by name, or a list of them",
      found: found(node),
    };
    checker.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(node) }));
    return { sound: [], salvaged: [] };
  }
  const endpoints: CheckedEndpoint[] = [];
  const keys = keysOf(checker, known);
  const findChecked = await checkedBefore(checker.tree, known, known.before);
  for (const entry of endpointEntries(checker.tree)) {
    if (checker.errors.length >= mostMistakes) break;
    await known.pace();
    const section = findChecked(entry);
    endpoints.push(section === undefined ? await checkEndpoint(checker, entry, keys) : toChecked(section, entry));
  }
  await refuseTwins(checker, endpoints, known.pace);
  return {
    sound: endpoints.flatMap(({ section, sound }) => (sound === true && section) || []),
    salvaged: endpoints.flatMap(({ section, sound }) => (sound === false && section) || []),
  };
}

interface CheckedEndpoint extends EndpointOutline {
  readonly section?: EndpointSection | undefined;
  /** Whether nothing is wrong with the endpoint itself. */
  readonly sound?: boolean;
}

function toChecked(section: EndpointSection, { name }: EndpointEntry): CheckedEndpoint {
  return {
    configPath: section.configPath,
    name: section.name,
    named: name !== undefined,
    answers: section,
    section,
    sound: true,
  };
}

function noEndpoints(checker: Checker): BackworksError {
  const where = checker.tree === undefined ? undefined : placeOf(checker.tree);
  const hint = "write endpoints: with at least one, or endpoints: {} for none";
  return new BackworksError("BW_CONFIG_MISSING_KEY", { path: "the configuration", key: "endpoints" }, { where, hint });
}

async function checkEndpoint(checker: Checker, entry: EndpointEntry, keys: EndpointKeys): Promise<CheckedEndpoint> {
  const configPath: ValuePath = ["endpoints", entry.step];
  refuseOddName(checker, entry);
  if (entry.node.kind !== "mapping") {
    const details = { path: pathText(configPath), expected: "a mapping with a path", found: found(entry.node) };
    checker.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(entry.node) }));
    return outlineOf(entry, configPath, undefined);
  }
  const before = checker.errors.length;
  const { core: coreKeys, all } = typeof entry.step === "number" ? keys.ofItem : keys.ofEntry;
  checker.refuseUnknown(configPath, all);
  const core = await checker.check(sections.endpoint, { path: configPath, keys: coreKeys });
  refuseBothMethods(checker, configPath);
  const mode = await chooseMode(checker, entry, keys.modes);
  const modeValues = await checkAll(checker, configPath, keys.ofModes);
  const pluginValues = await checkAll(checker, configPath, keys.ofPlugins);
  const outline = outlineOf(entry, configPath, core);
  if (core === undefined || mode === undefined) return outline;
  const isSound = (): boolean => checker.errors.length === before && isWhole(entry.node);
  const { modes } = keys;
  const section = await toSection(checker, outline, { entry, core, mode, modes, modeValues, pluginValues, isSound });
  // Written out: to spread an object into another takes ten times as long.
  return { configPath, name: outline.name, named: outline.named, answers: outline.answers, section, sound: isSound() };
}

/** Of a mapping: in a list the name is a value like others. */
function refuseOddName({ tree, errors }: Checker, { step }: EndpointEntry): void {
  if (typeof step === "number" || oneLinePattern.test(step)) return;
  const key = entryOf(nodeAt(tree, ["endpoints"]), step)?.key;
  const details = { path: `the name ${JSON.stringify(step)}`, problem: oneLineProblem };
  errors.push(new BackworksError("BW_CONFIG_WRONG_VALUE", details, { where: key && placeOf(key) }));
}

interface CheckedKeys {
  readonly entry: EndpointEntry;
  readonly core: output<typeof sections.endpoint>;
  readonly mode: string;
  readonly modes: ReadonlyMap<string, Mode>;
  readonly modeValues: Readonly<Record<string, unknown>>;
  readonly pluginValues: Readonly<Record<string, unknown>>;
  isSound(): boolean;
}

/** The endpoint as it is compiled; `undefined` when too little of it is right. */
async function toSection(
  checker: Checker,
  { configPath, name, answers }: EndpointOutline,
  { entry, core, mode, modes, modeValues, pluginValues, isSound }: CheckedKeys,
): Promise<EndpointSection | undefined> {
  const values = ownValues(modeValues, modes.get(mode));
  // Without a whole block it would seem that there is nothing to answer with.
  if (answers === undefined || (Object.values(values).includes(undefined) && !isSound())) return undefined;
  const { path, shape, methods } = answers;
  const methodsGiven = (core.method ?? core.methods) !== undefined;
  const composed = { configPath, name, methods, methodsGiven, values };
  const branches = await checkBranches(checker, composed, { entry, modes, mode, values: modeValues });
  if (branches === undefined) return undefined;
  return {
    path,
    shape,
    methods,
    name,
    configPath,
    methodsGiven,
    mode,
    description: core.description,
    rules: rulesOf(checker, configPath),
    rateLimit: core.rate_limit,
    limits: core.limits,
    timeouts: core.timeouts,
    modeValues: values,
    branches,
    pluginValues,
  };
}

/** Names in them are anybody's: nothing is left out, and no number is taken for text. */
function rulesOf({ tree }: Checker, configPath: ValuePath): EndpointRules | undefined {
  const rules = ["parameters", "validation", "schema"].flatMap((key) => {
    const node = nodeAt(tree, [...configPath, key]);
    return node === undefined || isBlank(node) ? [] : [[key, unescapeLiterals(toValue(node))] as const];
  });
  return rules.length === 0 ? undefined : Object.fromEntries(rules);
}

/** The values of the keys that a mode owns. */
function ownValues(
  values: Readonly<Record<string, unknown>>,
  mode: Mode | undefined,
): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = {};
  for (const key of Object.keys(mode?.endpointKeys ?? {})) if (key in values) own[key] = values[key];
  return own;
}

function outlineOf(
  { name: written }: EndpointEntry,
  configPath: ValuePath,
  core: output<typeof sections.endpoint> | undefined,
): EndpointOutline {
  const named = written !== undefined;
  if (core === undefined) return { configPath, name: written ?? "", named, answers: undefined };
  const methods = [...new Set([core.method ?? core.methods ?? "GET"].flat())];
  const name = written ?? `${methods[0]} ${core.path}`;
  const path = normalisePath(core.path);
  return { configPath, name, named, answers: { path, shape: pathShape(path), methods } };
}

/** The keys that endpoints may have, with the schemas of those that are not core's. */
interface EndpointKeys {
  readonly modes: ReadonlyMap<string, Mode>;
  readonly ofModes: Schemas;
  readonly ofPlugins: Schemas;
  /** Of an endpoint in a list. */
  readonly ofItem: CoreKeys;
  /** Of an endpoint in a mapping. */
  readonly ofEntry: CoreKeys;
}

interface CoreKeys {
  readonly core: readonly string[];
  /** With those of modes and plugins. */
  readonly all: ReadonlySet<string>;
}

function keysOf(checker: Checker, { modes, plugins }: Known): EndpointKeys {
  const ofModes = new Map([...modes.values()].flatMap((mode) => Object.entries(mode.endpointKeys)));
  refuseTaken(checker, plugins, new Set([...Object.keys(sections.endpoint.shape), ...ofModes.keys(), ...blockModes]));
  const others = [...ofModes.keys(), ...blockModes, ...pluginKeys(checker, plugins)];
  const withCore = (core: readonly string[]): CoreKeys => ({ core, all: new Set([...core, ...others]) });
  const core = Object.keys(sections.endpoint.shape);
  return {
    modes,
    ofModes,
    ofPlugins: endpointOptions(plugins),
    ofItem: withCore(core),
    // A mapping names its endpoints by their keys.
    ofEntry: withCore(core.filter((key) => key !== "name")),
  };
}

/** A plugin with options of an endpoint that is named like a key which endpoints have anyway. */
function refuseTaken(checker: Checker, plugins: Known["plugins"], taken: ReadonlySet<string>): void {
  for (const [name, { endpointOptions: schema }] of plugins) {
    if (schema === undefined || !taken.has(name)) continue;
    const details = { first: "backworks", second: name, what: `the endpoint key ${name}` };
    const hint = "the plugin needs another name: tell the author";
    const where = checker.raw.keyPlace(["plugins", name]);
    checker.errors.push(new BackworksError("BW_PLUGIN_CONFLICT", details, { where, hint }));
  }
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
    const at = [...path, key];
    if (nodeAt(checker.tree, at) === undefined) continue;
    const before = checker.errors.length;
    const value = await checker.checkForeign(schema, at);
    values[key] = checker.errors.length === before ? value : await checker.salvage(schema, at);
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
