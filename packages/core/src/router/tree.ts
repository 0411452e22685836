import type { Match, Route } from "../model/app.ts";
import type { PathPattern, SegmentPart } from "../path-pattern.ts";

/** Where a path ends: what answers it, by method. */
export interface Leaf {
  readonly targets: Map<string, Target>;
  /** Pattern of the route that came first. */
  readonly pattern: string;
}

/** The method of a route that answers those which no other route of its path does. */
export const anyMethod = "*";

/** A route with the names of its parameters in the order of the path. */
export interface Target {
  readonly route: Route;
  readonly names: readonly string[];
  /** The whole answer when there are no parameters: shared, so that a hit allocates nothing. */
  readonly match: Match;
}

/** One segment deep in the tree of patterns. */
export interface Node {
  literals: Map<string, Node>;
  /** In order of precedence. */
  branches: readonly Branch[];
  leaf: Leaf | undefined;
  wildcard: Leaf | undefined;
}

/** A segment with at least one parameter in it. */
export interface Branch {
  readonly parts: readonly SegmentPart[];
  readonly node: Node;
}

/** Most nodes have nothing below them: they share what is empty, and nobody writes to it. */
const noLiterals = new Map<string, Node>();
const noBranches: readonly Branch[] = [];

export function createNode(): Node {
  return { literals: noLiterals, branches: noBranches, leaf: undefined, wildcard: undefined };
}

/** The leaf of a pattern, made when it is not there. */
export function leafOf(root: Node, pattern: PathPattern, text: string): Leaf {
  let node = root;
  for (const parts of pattern.segments) node = childOf(node, parts);
  const leaf = (pattern.wildcard ? node.wildcard : node.leaf) ?? { targets: new Map(), pattern: text };
  if (pattern.wildcard) node.wildcard = leaf;
  else node.leaf = leaf;
  return leaf;
}

function childOf(node: Node, parts: readonly SegmentPart[]): Node {
  const text = literal(parts);
  if (text === undefined) return branchOf(node, parts);
  const present = node.literals.get(text);
  if (present !== undefined) return present;
  const child = createNode();
  if (node.literals === noLiterals) node.literals = new Map();
  node.literals.set(text, child);
  return child;
}

/** The text of a segment without parameters. */
function literal(parts: readonly SegmentPart[]): string | undefined {
  const [only] = parts;
  if (only === undefined) return "";
  return only.kind === "text" && parts.length === 1 ? only.text : undefined;
}

function branchOf(node: Node, parts: readonly SegmentPart[]): Node {
  const shape = shapeOf(parts);
  const present = node.branches.find((branch) => shapeOf(branch.parts) === shape);
  if (present !== undefined) return present.node;
  const branch: Branch = { parts, node: createNode() };
  // A stable sort: what was declared first stays first among equals.
  node.branches = [...node.branches, branch].sort((left, right) => rank(right.parts) - rank(left.parts));
  return branch.node;
}

function shapeOf(parts: readonly SegmentPart[]): string {
  return JSON.stringify(parts.map((part) => (part.kind === "text" ? part.text : [part.type])));
}

/** The more a segment demands, the earlier it is tried: text around parameters, then types, then nothing. */
function rank(parts: readonly SegmentPart[]): number {
  let text = 0;
  let typed = 0;
  for (const part of parts) {
    if (part.kind === "text") text += part.text.length;
    else if (part.type !== "string") typed += 1;
  }
  return text * 1_000 + typed;
}
