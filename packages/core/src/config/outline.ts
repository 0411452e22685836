import type { Place } from "../errors.ts";
import type { Pace } from "../pace.ts";
import type { PluginEntry } from "./config.ts";
import { unescapeLiterals } from "./literal.ts";
import type { Entry, Node, Token } from "./node.ts";
import { childrenOf, entryOf, placeOf, toValue } from "./node.ts";
import { packageName, pluginName } from "./sections/plugin.ts";

/** Endpoint keys that belong to a mode of another name. */
const blockOwners: ReadonlyMap<string, string> = new Map([["mock_responses", "mock"]]);

/** Root keys that belong to a mode which comes as a package: one of them is enough for the mode to be in use. */
export const rootKeyOwners: ReadonlyMap<string, string> = new Map([
  ["apis", "proxy"],
  ["upstreams", "proxy"],
  ["database", "database"],
  ["databases", "database"],
  ["runtimes", "runtime"],
]);

/** Modes whose blocks are recognised without `mode:`; a block of any other mode needs the word. */
export const blockModes: readonly string[] = ["mock", "runtime", "hybrid", "auto_evolve", "database", "proxy"];

/** Modes that others answer for, with those that do when a key of their block names none. */
const composedModes: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ["hybrid", {}],
  ["auto_evolve", { primary: "database", secondary: "mock" }],
]);

/** Keys of an entry of `plugins:` that are not options. */
export const reservedPluginKeys: readonly string[] = ["enabled", "package", "version", "module_path", "config"];

/** An endpoint as it stands in the tree, whether `endpoints:` is a mapping or a list. */
export interface EndpointEntry {
  readonly name: string | undefined;
  readonly step: string | number;
  readonly node: Node;
}

/** The endpoints of a tree, in file order, one at a time: there may be thousands. */
export function* endpointEntries(root: Node | undefined): Generator<EndpointEntry, void, undefined> {
  const endpoints = entryOf(root, "endpoints")?.value;
  if (endpoints?.kind === "mapping") {
    for (const [name, { value }] of endpoints.entries) yield { name, step: name, node: value };
  } else if (endpoints?.kind === "sequence") {
    for (const [step, node] of endpoints.items.entries()) {
      yield { name: text(entryOf(node, "name")?.value), step, node };
    }
  }
}

export function countEndpoints(root: Node | undefined): number {
  const endpoints = entryOf(root, "endpoints")?.value;
  if (endpoints?.kind === "mapping") return endpoints.entries.size;
  return endpoints?.kind === "sequence" ? endpoints.items.length : 0;
}

/** The modes that endpoints use or root keys belong to, each once, with the place that asks for it. */
export async function usedModes(root: Node | undefined, pace: Pace): Promise<ReadonlyMap<string, Place>> {
  const modes = new Map<string, Place>();
  const whole = entryOf(root, "mode")?.value;
  for (const { node } of endpointEntries(root)) {
    await pace();
    for (const [mode, token] of namedModes(node, whole)) {
      addOnce(modes, mode, token);
      for (const [branch, { key }] of branchBlocksOf(node, mode)) addOnce(modes, branch, key);
    }
  }
  for (const [key, mode] of rootKeyOwners) {
    const entry = entryOf(root, key);
    if (entry !== undefined) addOnce(modes, mode, entry.key);
  }
  return modes;
}

/** The mode of an endpoint by its word or the root's, otherwise those of its blocks. */
function namedModes(node: Node, whole: Node | undefined): ReadonlyMap<string, Token> {
  const word = entryOf(node, "mode")?.value ?? whole;
  const name = text(word);
  if (word !== undefined && name !== undefined) return new Map([[name, word]]);
  return new Map([...blocksOf(node)].map(([mode, { key }]) => [mode, key]));
}

/** Blocks beside that of a composed mode which it names: any text in it may be the name of one. */
function branchBlocksOf(node: Node, mode: string): ReadonlyMap<string, Entry> {
  // A mode that is not known here may be one of them.
  const unnamed = composedModes.get(mode) ?? (blockModes.includes(mode) ? undefined : {});
  if (unnamed === undefined) return new Map();
  const block = entryOf(node, mode)?.value;
  const words = new Set(textsIn(block));
  const presets = [unnamed, ...[...words].map((word) => composedModes.get(word) ?? {})];
  for (const [key, otherwise] of presets.flatMap((preset) => Object.entries(preset))) {
    if (entryOf(block, key) === undefined) words.add(otherwise);
  }
  return blocksOf(node, words);
}

function textsIn(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  return node.kind === "scalar" ? [node.text] : childrenOf(node).flatMap(textsIn);
}

/** The modes whose blocks an endpoint has, each with the first key of it. */
export function blocksOf(node: Node, known: Iterable<string> = blockModes): ReadonlyMap<string, Entry> {
  const names = new Set(known);
  const blocks = new Map<string, Entry>();
  if (node.kind !== "mapping") return blocks;
  for (const [key, entry] of node.entries) {
    const mode = blockOwners.get(key) ?? key;
    if (names.has(mode) && !blocks.has(mode)) blocks.set(mode, entry);
  }
  return blocks;
}

/** The plugins that are not switched off, in file order. What is wrong with an entry shows when it is checked. */
export function usedPlugins(root: Node | undefined): readonly PluginEntry[] {
  const plugins = entryOf(root, "plugins")?.value;
  if (plugins?.kind !== "mapping") return [];
  return [...plugins.entries].flatMap(([name, { value }]) =>
    isEnabled(value) && canBeLookedFor(name, value) ? [pluginEntry(name, value)] : [],
  );
}

/** `../x` as the name of a package would be looked for, and installed from, anywhere. */
function canBeLookedFor(name: string, node: Node): boolean {
  return pluginName.test(name) && packageName.test(text(entryOf(node, "package")?.value) ?? name.toLowerCase());
}

export function isEnabled(node: Node): boolean {
  const flag = node.kind === "mapping" ? entryOf(node, "enabled")?.value : node;
  return !(flag?.kind === "scalar" && flag.value === false);
}

function pluginEntry(name: string, node: Node): PluginEntry {
  const config = entryOf(node, "config")?.value;
  const path = config === undefined ? ["plugins", name] : ["plugins", name, "config"];
  return {
    name,
    package: text(entryOf(node, "package")?.value),
    version: text(entryOf(node, "version")?.value),
    modulePath: text(entryOf(node, "module_path")?.value),
    options: optionsOf(config ?? node, config === undefined ? reservedPluginKeys : []),
    path,
  };
}

/** Options as the plugin gets them: nothing evaluates them, so `$${` is `${` here. */
function optionsOf(node: Node, reserved: readonly string[]): Readonly<Record<string, unknown>> {
  const options = Object.create(null) as Record<string, unknown>;
  if (node.kind !== "mapping") return options;
  for (const [key, { value }] of node.entries) {
    if (!reserved.includes(key) && !key.startsWith("x-")) options[key] = unescapeLiterals(toValue(value));
  }
  return options;
}

function text(node: Node | undefined): string | undefined {
  if (node?.kind !== "scalar" || node.value === null || typeof node.value === "boolean") return undefined;
  return node.text;
}

function addOnce(modes: Map<string, Place>, name: string, token: Token): void {
  if (!modes.has(name)) modes.set(name, placeOf(token));
}
