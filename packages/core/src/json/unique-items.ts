import type { KeywordDefinition } from "ajv";
import type { JsonValue } from "../exchange.ts";
import { isObject } from "./value.ts";

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

/** Equal for equal values. Source: JSON Schema 2020-12, Core, 4.2.2: the order of members does not count. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonical(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value).toSorted();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
