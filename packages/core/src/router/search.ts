import { readSegment } from "./segments.ts";
import { anyMethod } from "./tree.ts";
import type { Leaf, Node, Target } from "./tree.ts";

/** One walk through the tree. */
export interface Search {
  readonly method: string;
  /** Decoded, without the slash at the end when that is tolerated. */
  readonly segments: readonly string[];
  /** Whether such a slash was there. */
  readonly slash: boolean;
  /** Whether a wildcard also takes the path that ends where it begins. */
  readonly tolerant: boolean;
  /** Parameters read on the way, in the order of the path. */
  readonly values: (string | number)[];
  /** Leaves that match the path and do not answer the method. */
  readonly missed: Leaf[];
}

/**
 * The most specific route for the path that answers the method.
 *
 * Goes back where a branch leads nowhere, yet visits each node of the tree at most once: the cost is bounded
 * by the length of the path and the number of patterns, whatever the path.
 */
export function search(node: Node, walk: Search, depth = 0): Target | undefined {
  if (depth === walk.segments.length) return endOf(node, walk, depth);
  const segment = walk.segments[depth] ?? "";
  const child = node.literals.get(segment);
  const found = child && search(child, walk, depth + 1);
  return found ?? searchBranches(node, walk, depth) ?? takeRest(node, walk, depth);
}

function endOf(node: Node, walk: Search, depth: number): Target | undefined {
  return targetOf(node.leaf, walk) ?? (walk.tolerant ? takeRest(node, walk, depth) : undefined);
}

function searchBranches(node: Node, walk: Search, depth: number): Target | undefined {
  const segment = walk.segments[depth] ?? "";
  const mark = walk.values.length;
  for (const branch of node.branches) {
    const found = readSegment(branch.parts, segment, walk.values) ? search(branch.node, walk, depth + 1) : undefined;
    if (found) return found;
    walk.values.length = mark;
  }
  return undefined;
}

/** The wildcard takes the segments that are left, and the slash behind them. */
function takeRest(node: Node, walk: Search, depth: number): Target | undefined {
  const target = targetOf(node.wildcard, walk);
  if (target === undefined) return undefined;
  const { segments, slash, values } = walk;
  const end = slash && depth < segments.length ? "/" : "";
  values.push(segments.slice(depth).join("/") + end);
  return target;
}

function targetOf(leaf: Leaf | undefined, walk: Search): Target | undefined {
  const target = leaf?.targets.get(walk.method) ?? leaf?.targets.get(anyMethod);
  if (leaf && !target) walk.missed.push(leaf);
  return target;
}
