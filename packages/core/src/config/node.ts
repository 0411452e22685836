import type { BackworksError, Place, Source } from "../errors.ts";
import { placeAt } from "./place.ts";

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

/** The plain value of a node; mappings become objects without prototype. */
export function toValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "sequence") return node.items.map(toValue);
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) value[key] = toValue(entry.value);
  return value;
}

/** Whether no part of a value was reported as a mistake when it was read. */
export function isWhole(node: Node): boolean {
  if (node.kind === "scalar") return !node.broken;
  if (node.kind === "sequence") return node.items.every(isWhole);
  return [...node.entries.values()].every(({ value }) => isWhole(value));
}
