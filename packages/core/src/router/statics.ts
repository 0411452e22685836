import type { Match } from "../model/app.ts";
import type { PathPattern } from "../path-pattern.ts";
import type { Leaf } from "./tree.ts";

/** Puts in the matches of a path without parameters, by method and path; both spellings when a slash at the end is tolerated. */
export function addStatics(
  statics: Map<string, Map<string, Match>>,
  targets: Leaf["targets"],
  { path, strictSlash }: { readonly path: string; readonly strictSlash: boolean },
): void {
  for (const [method, { match }] of targets) {
    const paths = statics.get(method) ?? new Map<string, Match>();
    statics.set(method, paths);
    if (path !== "") paths.set(path, match);
    if (!strictSlash) paths.set(`${path}/`, match);
  }
}

/** The path as browsers write it; other spellings of it are found in the tree. `undefined` when it has parameters. */
export function staticPath(segments: PathPattern["segments"]): string | undefined {
  let path = "";
  for (const [part, ...others] of segments) {
    if (others.length > 0 || part?.kind === "parameter") return undefined;
    const encoded = encode(part?.text ?? "");
    if (encoded === undefined) return undefined;
    path += `/${encoded}`;
  }
  return path;
}

function encode(text: string): string | undefined {
  try {
    return encodeURI(text).replace(/[/?#]/g, encodeURIComponent);
  } catch {
    // Half of a surrogate pair has no encoding: no request can spell it.
    return undefined;
  }
}
