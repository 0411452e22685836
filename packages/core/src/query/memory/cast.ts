import type { JsonValue } from "../../exchange.ts";
import { readValue } from "../check/value.ts";
import { invalid } from "../errors.ts";
import type { ValueType } from "../types.ts";
import { nameOfType } from "../types.ts";
import { textOf } from "./field.ts";

/** What turns a value into one of a type; nothing stays nothing. */
export function castTo(type: ValueType): (value: JsonValue) => JsonValue {
  if (type.name === "text") return (value) => (value === null ? null : textOf(value));
  if (type.name === "json" || type.name === "any") return (value) => value;
  return (value) => (value === null ? null : cast(value, type));
}

function cast(value: JsonValue, type: ValueType): JsonValue {
  if (type.name === "list" && Array.isArray(value)) return value;
  if (type.name === "integer" && typeof value !== "string") return Math.round(Number(value));
  const text = textOf(value);
  // The day of a time.
  const read = readValue(type.name === "date" ? text.replace(/T.*$/, "") : text, type);
  if (read.problem === undefined) return read.value;
  throw invalid("select", `casts ${text} to ${nameOfType(type)}, but that ${read.problem}`);
}
