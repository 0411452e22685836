import type { JsonValue } from "../../../exchange.ts";
import { readValue } from "../../../query/check/value.ts";
import type { ValueType } from "../../../query/types.ts";
import type { TypeCell } from "./body.ts";
import type { Call } from "./call.ts";
import { contextOf } from "./call.ts";

/** Gives the texts of a form or of CSV the types of their columns: what the schema says, or what the first row has. */
export function cellsOf(call: Call): TypeCell {
  const columns = contextOf(call).source.schema.table(call.collection.name)?.columns;
  return (column, text) => {
    const type = columns?.get(column)?.type ?? { name: "any" };
    const known = type.name === "any" ? sampleType(call, column) : type;
    if (known.name === "text" || known.name === "any") return text;
    if (text === "") return undefined;
    const read = readValue(text, known);
    // What is not of the type is refused with the rest that does not fit.
    return read.problem === undefined ? read.value : text;
  };
}

function sampleType({ table }: Call, column: string): ValueType {
  for (const row of table.rows()) {
    const value: JsonValue = row[column] ?? null;
    if (value !== null) return { name: typeOfValue(value) };
  }
  return { name: "any" };
}

function typeOfValue(value: JsonValue): "number" | "boolean" | "json" | "text" {
  if (typeof value === "object") return "json";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "text";
}
