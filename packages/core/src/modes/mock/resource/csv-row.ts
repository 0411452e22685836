import type { JsonValue } from "../../../exchange.ts";
import { isObject } from "../../../json/value.ts";

/** Whether seeds come from a file whose values were guessed their types. */
export function isCsv(seed: unknown): boolean {
  return typeof seed === "string" && seed.toLowerCase().endsWith(".csv");
}

/** The row with the types its schema declares, where the cell spells such a value; an empty cell is nothing then. */
export function typeRow(
  row: JsonValue,
  properties: { readonly [key: string]: JsonValue | undefined } | undefined,
): JsonValue {
  if (!isObject(row) || properties === undefined) return row;
  return Object.fromEntries(
    Object.entries(row).flatMap(([field, value]) => {
      const declared = properties[field];
      const typed = isObject(declared) ? typeCell(value, declared["type"]) : value;
      return typed === undefined ? [] : [[field, typed]];
    }),
  );
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);

function typeCell(value: JsonValue | undefined, type: JsonValue | undefined): JsonValue | undefined {
  // What was guessed reads as it was written.
  const cell = typeof value === "object" ? "" : String(value);
  if (type === "string") return cell;
  if (type !== "number" && type !== "integer" && type !== "boolean") return value;
  const word = cell.trim();
  if (word === "") return undefined;
  if (type === "boolean") return flags.get(word) ?? cell;
  return Number.isNaN(Number(word)) ? cell : Number(word);
}
