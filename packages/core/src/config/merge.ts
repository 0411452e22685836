import { BackworksError } from "../errors.ts";
import type { Entry, MappingNode, Node, SequenceNode } from "./node.ts";
import { placeOf } from "./node.ts";

/** Lays one mapping over another: mappings are merged key by key, everything else is replaced. */
export function overlay(below: MappingNode, above: MappingNode): MappingNode {
  const entries = new Map<string, Entry>(below.entries);
  for (const [key, entry] of above.entries) {
    const under = entries.get(key);
    if (under !== undefined && isBlank(entry.value)) continue;
    const value = under === undefined ? entry.value : overlayValue(under.value, entry.value);
    entries.set(key, { key: entry.key, value });
  }
  return { ...above, entries };
}

function overlayValue(below: Node, above: Node): Node {
  return below.kind === "mapping" && above.kind === "mapping" ? overlay(below, above) : above;
}

/** Puts two fragments side by side: mappings are united, lists joined, and the same thing said twice is a mistake. */
export function unite(first: MappingNode, second: MappingNode, at: Uniting): MappingNode {
  const { errors, path } = at;
  const entries = new Map<string, Entry>(first.entries);
  for (const [key, entry] of second.entries) {
    const there = entries.get(key);
    if (there === undefined || isBlank(there.value)) entries.set(key, entry);
    else if (there.value !== entry.value && !isBlank(entry.value)) {
      const value = uniteValue(there, entry, { errors, path: path === "" ? key : `${path}.${key}` });
      entries.set(key, { key: there.key, value });
    }
  }
  return { ...first, entries };
}

/** Where mistakes go, and the path of the mappings that are united; empty for whole files. */
export interface Uniting {
  readonly errors: BackworksError[];
  readonly path: string;
}

function uniteValue(first: Entry, second: Entry, at: Uniting): Node {
  const [left, right] = [first.value, second.value];
  if (left.kind === "mapping" && right.kind === "mapping") return unite(left, right, at);
  if (left.kind === "sequence" && right.kind === "sequence") return join(left, right, { second, at });
  const { source, line } = placeOf(first.key);
  const details = { path: at.path, first: `${source.file}:${line}` };
  const hint = "files that are included may not set the same key twice; extends lays one file over another";
  at.errors.push(new BackworksError("BW_CONFIG_CONFLICT", details, { where: placeOf(second.key), hint }));
  return left;
}

/** Files that include each other's files double their lists with every level. */
const longestList = 50_000;

function join(left: SequenceNode, right: SequenceNode, { second, at }: { second: Entry; at: Uniting }): Node {
  const items = left.items.length + right.items.length;
  if (items <= longestList) return { ...left, items: [...left.items, ...right.items] };
  const details = { what: `the list ${at.path} that included files make`, limit: `${longestList} items` };
  at.errors.push(new BackworksError("BW_CONFIG_TOO_LARGE", details, { where: placeOf(second.key) }));
  return { ...left, items: [] };
}

/** `key:` with nothing behind it says nothing; an explicit `null` does. */
function isBlank(node: Node): boolean {
  return node.kind === "scalar" && node.value === null && node.text === "";
}
