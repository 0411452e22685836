import type { Match } from "../model/app.ts";
import type { Node } from "./tree.ts";

/** Matches of paths without parameters by method and path, both spellings when a slash at the end is tolerated. */
export type Statics = ReadonlyMap<string, ReadonlyMap<string, Match>>;

export function collectStatics(root: Node, strictSlash: boolean): Statics {
  const statics = new Map<string, Map<string, Match>>();

  function add(method: string, path: string, match: Match): void {
    const paths = statics.get(method) ?? new Map<string, Match>();
    paths.set(path, match);
    statics.set(method, paths);
  }

  function visit(node: Node, path: string): void {
    for (const [method, { match }] of node.leaf?.targets ?? []) {
      if (path !== "") add(method, path, match);
      if (!strictSlash) add(method, `${path}/`, match);
    }
    for (const [text, child] of node.literals) {
      const encoded = encode(text);
      if (encoded !== undefined) visit(child, `${path}/${encoded}`);
    }
  }

  visit(root, "");
  return statics;
}

/** As browsers write it; other spellings of the same path are found in the tree. */
function encode(text: string): string | undefined {
  try {
    return encodeURI(text).replace(/[/?#]/g, encodeURIComponent);
  } catch {
    // Half of a surrogate pair has no encoding: no request can spell it.
    return undefined;
  }
}
