import type { BackworksError, Place, Source } from "../errors.ts";
import type { Pace } from "../pace.ts";
import { placeAt } from "./place.ts";
import type { ReadParts } from "./read-parts.ts";

/** A stretch of a source, by offsets. */
export interface Token {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A value of a configuration that knows where it stands. Aliases share nodes; nothing writes to a node. */
export type Node = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode extends Token {
  readonly kind: "scalar";
  readonly value: Scalar;
  /** As written, without quotes and escapes. */
  readonly text: string;
  /** Written without quotes and not as a block. */
  readonly plain: boolean;
  /** Environment variables whose values are in `value`; such a value is never shown. */
  readonly variables: readonly string[];
  /** Already reported as a mistake: nothing more is said about it. */
  readonly broken: boolean;
}

/** Of a value that no variable is in. */
export const noVariables: readonly string[] = Object.freeze([]);

export type Scalar = string | number | boolean | null;

export interface SequenceNode extends Token {
  readonly kind: "sequence";
  readonly items: readonly Node[];
}

export interface MappingNode extends Token {
  readonly kind: "mapping";
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: Token;
  readonly value: Node;
}

/** What reading a text came to. */
export interface Parsed {
  /** `undefined` when the text is empty or cannot be read at all. */
  readonly root: Node | undefined;
  readonly errors: readonly BackworksError[];
  /** What another reading may take as it is. @defaultValue nothing */
  readonly parts?: ReadParts;
}

export function placeOf(token: Token): Place {
  return placeAt(token.source, token.start, token.end);
}

/** The entry of a mapping; `undefined` for other nodes. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === "mapping" ? node.entries.get(key) : undefined;
}

/** The node one step below. */
export function childOf(node: Node | undefined, step: string | number): Node | undefined {
  if (node?.kind === "sequence") return node.items[Number(step)];
  return entryOf(node, String(step))?.value;
}

/** The values in a collection, in file order. */
export function childrenOf(node: SequenceNode | MappingNode): readonly Node[] {
  if (node.kind === "sequence") return node.items;
  const values: Node[] = [];
  for (const { value } of node.entries.values()) values.push(value);
  return values;
}

/** A collection with other values at the same places; itself when they are the same. */
export function withChildren(node: SequenceNode | MappingNode, values: readonly Node[]): Node {
  if (node.kind === "sequence") return isSame(node.items, values) ? node : { ...node, items: values };
  if (isSame(childrenOf(node), values)) return node;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of node.entries) {
    const value = values[entries.size] ?? entry.value;
    entries.set(key, value === entry.value ? entry : { key: entry.key, value });
  }
  return { ...node, entries };
}

function isSame(left: readonly Node[], right: readonly Node[]): boolean {
  return left.every((value, index) => value === right[index]);
}

/** The plain value of a node; mappings become objects without prototype. */
export function toValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "sequence") return node.items.map(toValue);
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) value[key] = toValue(entry.value);
  return value;
}

/** The same, in slices: between the values of the root, and between those in them. Nobody writes to it: a node that is read again has the same. */
export async function toValueInSlices(node: Node, pace: Pace, levels: number = 2): Promise<unknown> {
  if (node.kind === "scalar") return node.value;
  const valueOf = async (child: Node): Promise<unknown> => {
    const rest = pace();
    if (rest !== undefined) await rest;
    return levels === 1 ? knownValue(child) : toValueInSlices(child, pace, levels - 1);
  };
  if (node.kind === "sequence") {
    const items: unknown[] = [];
    for (const child of node.items) items.push(await valueOf(child));
    return items;
  }
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) value[key] = await valueOf(entry.value);
  return value;
}

function knownValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  let value = knownValues.get(node);
  if (value === undefined) knownValues.set(node, (value = toValue(node)));
  return value;
}

const knownValues = new WeakMap<Node, unknown>();

/** Whether no part of a value was reported as a mistake when it was read. */
export function isWhole(node: Node): boolean {
  if (node.kind === "scalar") return !node.broken;
  if (node.kind === "sequence") return node.items.every(isWhole);
  return [...node.entries.values()].every(({ value }) => isWhole(value));
}
