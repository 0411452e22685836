import { BackworksError } from "../errors.ts";

/** Most elements that one list of a template's making may have, and all `$repeat` of one evaluation together. */
export const mostItems = 100_000;
/** Most characters that a function may return, and that one value may have as JSON. */
const mostCharacters = 16 * 1024 * 1024;
/** Deepest nesting of an expression. */
export const deepestExpression = 100;
/** Most operators of one kind after another, and most links of one chain of properties. */
export const longestChain = 1000;
/** Deepest nesting of a value with expressions in it. */
export const deepestValue = 400;

/** @throws BW_TEMPLATE_LIMIT */
export function limitItems(count: number): void {
  if (count > mostItems) throw new BackworksError("BW_TEMPLATE_LIMIT", { what: `${count} items`, most: mostItems });
}

/** @throws BW_TEMPLATE_LIMIT */
export function limitCharacters(count: number): void {
  if (count > mostCharacters) {
    throw new BackworksError("BW_TEMPLATE_LIMIT", { what: `${count} characters`, most: mostCharacters });
  }
}
