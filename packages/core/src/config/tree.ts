import type { RawConfig } from "./config.ts";
import type { MappingNode, Node } from "./node.ts";
import type { ReadParts } from "./read-parts.ts";

/** What the contract of a raw configuration does not show: the values with their places. */
export interface Tree {
  readonly root: Node | undefined;
  /** Whether a part could not be read, so that nothing can be called missing. */
  readonly incomplete: boolean;
  readonly others: readonly OtherEnvironment[];
  /** What large files were read to, by file. */
  readonly parts: ReadonlyMap<string, ReadParts>;
}

/** An environment that was not chosen. */
export interface OtherEnvironment {
  /** The configuration as it would be. */
  readonly tree: Node;
  /** What its section says. */
  readonly section: MappingNode;
}

const trees = new WeakMap<RawConfig, Tree>();

export function rememberTree(raw: RawConfig, tree: Tree): void {
  trees.set(raw, tree);
}

export function treeOf(raw: RawConfig): Tree {
  return trees.get(raw) ?? { root: undefined, incomplete: true, others: [], parts: new Map() };
}
