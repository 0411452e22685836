import type { JsonValue } from "../../../exchange.ts";
import { isObject } from "./merge-patch.ts";

/** Whether seeds come from a file whose every value is text. */
export function isCsv(seed: unknown): boolean {
  return typeof seed === "string" && seed.toLowerCase().endsWith(".csv");
}

/** The row with the types its schema declares, where the text spells such a value; an empty text is nothing then. */
export function typeRow(
  row: JsonValue,
  properties: { readonly [key: string]: JsonValue | undefined } | undefined,
): JsonValue {
  if (!isObject(row) || properties === undefined) return row;
  return Object.fromEntries(
    Object.entries(row).flatMap(([field, value]) => {
      const declared = properties[field];
      const typed = typeof value === "string" && isObject(declared) ? typeText(value, declared["type"]) : value;
      return typed === undefined ? [] : [[field, typed]];
    }),
  );
}

function typeText(text: string, type: JsonValue | undefined): JsonValue | undefined {
  if (type !== "number" && type !== "integer" && type !== "boolean") return text;
  const word = text.trim();
  if (word === "") return undefined;
  if (type === "boolean") return word === "true" || word === "false" ? word === "true" : text;
  return Number.isNaN(Number(word)) ? text : Number(word);
}
