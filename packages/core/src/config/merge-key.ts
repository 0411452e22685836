import { BackworksError } from "../errors.ts";
import type { Entry, Node } from "./node.ts";
import { placeOf } from "./node.ts";
import { found } from "./wording.ts";

/**
 * Puts what `<<` names beneath the mapping's own keys; of several mappings the first that has a key wins.
 *
 * Source: the merge key language-independent type for YAML 1.1.
 */
export function mergeInto(entries: Map<string, Entry>, merge: Entry): { added: number; problem?: BackworksError } {
  const parts = merge.value.kind === "sequence" ? merge.value.items : [merge.value];
  const wrong = parts.find((part: Node) => part.kind !== "mapping");
  if (wrong?.kind === "scalar" && wrong.broken) return { added: 0 };
  if (wrong !== undefined) {
    const details = { path: "<<", expected: "a mapping or a list of mappings", found: found(wrong) };
    return { added: 0, problem: new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(wrong) }) };
  }
  let added = 0;
  for (const part of parts) {
    if (part.kind !== "mapping") continue;
    for (const [key, entry] of part.entries) {
      added += 1;
      if (!entries.has(key)) entries.set(key, entry);
    }
  }
  return { added };
}
