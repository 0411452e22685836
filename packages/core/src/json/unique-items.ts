import type { KeywordDefinition } from "ajv";
import type { JsonValue } from "../exchange.ts";
import { canonical } from "../canonical.ts";

/** `uniqueItems` in one pass: the library compares every item with every other. */
export const uniqueItems: KeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  error: { message: "must not have equal items" },
  validate: (wanted: boolean, items: readonly JsonValue[]) => !wanted || areUnique(items),
};

function areUnique(items: readonly JsonValue[]): boolean {
  const seen = new Set<string>();
  return items.every((item) => {
    const text = canonical(item);
    return !seen.has(text) && seen.add(text);
  });
}
