import type { JsonValue } from "../../exchange.ts";
import type { JsonStep } from "../syntax/syntax.ts";
import type { Field, Row } from "../tree.ts";

/** What finds the value of a field in a row; `null` when there is none. A `null` in JSON is nothing, too. */
export function readerOf({ column, json }: Pick<Field, "column" | "json">): (row: Row) => JsonValue {
  if (json.length === 0) return (row) => (Object.hasOwn(row, column) ? row[column] : null) ?? null;
  return (row) => {
    let value: JsonValue = (Object.hasOwn(row, column) ? row[column] : null) ?? null;
    for (const step of json) value = walk(value, step);
    return value;
  };
}

function walk(value: JsonValue, { step, text }: JsonStep): JsonValue {
  const found = inside(value, step);
  return text && found !== null ? textOf(found) : found;
}

function inside(value: JsonValue, step: string | number): JsonValue {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value))
    return typeof step === "number" ? ((value.at(step) as JsonValue | undefined) ?? null) : null;
  if (typeof step === "number") return null;
  return (Object.hasOwn(value, step) ? (value as Row)[step] : null) ?? null;
}

/** A text as it is, anything else as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
