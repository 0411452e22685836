import type { Composer } from "./composer.ts";
import { spend } from "./composer.ts";
import { mergeInto } from "./merge-key.ts";
import type { Entry, MappingNode, SequenceNode, Token, Node } from "./node.ts";

/** A mapping or a list of which more is to come. */
export type OpenCollection = OpenMapping | OpenSequence;

export interface OpenMapping {
  readonly kind: "mapping";
  readonly token: Token;
  readonly depth: number;
  readonly entries: Map<string, Entry>;
  readonly merges: Entry[];
  /** The first key. */
  first: Token | undefined;
  /** Of the highest value so far. */
  height: number;
}

export interface OpenSequence {
  readonly kind: "sequence";
  readonly token: Token;
  readonly depth: number;
  readonly items: Node[];
  /** The last item that stands here and is no alias; the list itself before there is one. */
  last: Token;
  height: number;
}

export function openCollection(kind: "mapping" | "sequence", token: Token, depth: number): OpenCollection {
  if (kind === "sequence") return { kind, token, depth, items: [], last: token, height: 0 };
  return { kind, token, depth, entries: new Map(), merges: [], first: undefined, height: 0 };
}

/** The node that everything read so far makes. */
export function closeCollection(composer: Composer, open: OpenCollection): Node {
  composer.height = open.height + 1;
  return open.kind === "sequence" ? toSequence(open) : toMapping(composer, open);
}

function toSequence({ token, items }: OpenSequence): SequenceNode {
  return { source: token.source, start: token.start, end: token.end, kind: "sequence", items };
}

function toMapping(composer: Composer, { token, entries, merges, first }: OpenMapping): MappingNode {
  for (const merge of merges) {
    const merged = mergeInto(entries, merge);
    if (merged.problem !== undefined) composer.errors.push(merged.problem);
    spend(composer, merge.key, { count: merged.added, length: 0 });
  }
  // A block mapping is marked by its first key, a flow mapping by its brace.
  const flow = token.source.text[token.start] === "{";
  const { source, start, end } = flow || first === undefined ? token : first;
  return { source, start, end, kind: "mapping", entries };
}
