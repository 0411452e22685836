import type { Mode } from "../mode.ts";
import type { Pace } from "../pace.ts";
import type { PluginDefinition } from "../plugin.ts";
import type { Config, EndpointSection } from "./config.ts";
import type { Entry, Node } from "./node.ts";
import { childOf, entryOf } from "./node.ts";
import type { EndpointEntry } from "./outline.ts";
import { sections } from "./sections/index.ts";
import { treeOf } from "./tree.ts";

/** A configuration that was checked and found right, with what it was checked against. */
export interface CheckedConfig {
  readonly config: Config;
  readonly modes: ReadonlyMap<string, Mode>;
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
}

/** The section that an equal endpoint was checked to before; `undefined` when it is to be checked. */
export type FindChecked = (entry: EndpointEntry) => EndpointSection | undefined;

/**
 * Finds endpoints that say what they said in the configuration before, to schemas that are the same: checking them again would come to
 * the same. After an edit that is nearly all of them.
 */
export async function checkedBefore(
  root: Node | undefined,
  now: Omit<CheckedConfig, "config"> & { readonly pace: Pace },
  before: CheckedConfig | undefined,
): Promise<FindChecked> {
  if (before === undefined) return () => undefined;
  const oldRoot = treeOf(before.config.raw).root;
  if (!areEqual(entryOf(root, "mode")?.value, entryOf(oldRoot, "mode")?.value)) return () => undefined;
  const old = entryOf(oldRoot, "endpoints")?.value;
  const known = new Map<string | number | undefined, EndpointSection>();
  for (const section of before.config.endpoints) {
    await now.pace();
    known.set(section.configPath[1], section);
  }
  const isSameKey = createSameKeys(now, before);
  return ({ step, node }) => {
    const section = known.get(step);
    if (section === undefined || node.kind !== "mapping" || !areEqual(node, childOf(old, step))) return undefined;
    const { mode, branches } = section;
    const areSameModes = [mode, ...branches.map((branch) => branch.mode)].every(
      (name) => now.modes.get(name) === before.modes.get(name),
    );
    return areSameModes && [...node.entries.keys()].every(isSameKey) ? section : undefined;
  };
}

/** Whether a key of an endpoint is checked by the same schema. */
function createSameKeys(now: Omit<CheckedConfig, "config">, before: CheckedConfig): (key: string) => boolean {
  const [schemas, oldSchemas] = [schemasOf(now), schemasOf(before)];
  const core = new Set(Object.keys(sections.endpoint.shape));
  return (key) => {
    const schema = schemas.get(key);
    return core.has(key) || key.startsWith("x-") || (schema !== undefined && schema === oldSchemas.get(key));
  };
}

/** Of the keys of modes and plugins. */
function schemasOf({ modes, plugins }: Omit<CheckedConfig, "config">): ReadonlyMap<string, unknown> {
  const schemas = new Map<string, unknown>();
  for (const [name, { endpointOptions }] of plugins) schemas.set(name, endpointOptions);
  for (const { endpointKeys } of modes.values()) {
    for (const [key, schema] of Object.entries(endpointKeys)) schemas.set(key, schema);
  }
  return schemas;
}

/** Whether two values are written alike, wherever they stand. */
function areEqual(one: Node | undefined, other: Node | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (one.kind === "scalar") return other.kind === "scalar" && scalarParts.every((part) => one[part] === other[part]);
  if (one.kind === "mapping") return other.kind === "mapping" && haveEqualEntries(one.entries, other.entries);
  if (other.kind !== "sequence" || one.items.length !== other.items.length) return false;
  return one.items.every((item, index) => areEqual(item, other.items[index]));
}

const scalarParts = ["value", "text", "plain", "broken"] as const;

function haveEqualEntries(one: ReadonlyMap<string, Entry>, other: ReadonlyMap<string, Entry>): boolean {
  if (one.size !== other.size) return false;
  for (const key of one.keys()) if (!areEqual(one.get(key)?.value, other.get(key)?.value)) return false;
  return true;
}
