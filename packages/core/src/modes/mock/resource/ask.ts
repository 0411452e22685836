import type { MaybePromise } from "../../../exchange.ts";
import { loadPatterns } from "../../../json/pattern.ts";
import type { CompilePattern } from "../../../query/memory/condition.ts";
import { usesPatterns } from "../../../query/memory/condition.ts";
import type { CheckedQuery, Selection } from "../../../query/tree.ts";

/** Asks with regular expressions at hand when the query needs them; they are loaded by the first that does. */
export function withPatterns<T>(
  { shape }: Pick<CheckedQuery, "shape">,
  ask: (compilePattern: CompilePattern | undefined) => T,
): MaybePromise<T> {
  return needsPatterns(shape) ? loadPatterns().then(ask) : ask(undefined);
}

function needsPatterns({ where, embeds }: Selection): boolean {
  return usesPatterns(where) || embeds.some(({ selection }) => needsPatterns(selection));
}
