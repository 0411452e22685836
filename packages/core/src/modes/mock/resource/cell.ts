import type { JsonValue } from "../../../exchange.ts";
import type { TypeCell } from "../../../query/http/body.ts";
import { cellsOf } from "../../../query/http/cells.ts";
import type { ValueType } from "../../../query/types.ts";
import type { Call } from "./call.ts";
import { contextOf } from "./call.ts";

/** Gives the texts of a form or of CSV the types of their columns: what the schema says, or what the first row has. */
export function typeCells(call: Call): TypeCell {
  const columns = contextOf(call).source.schema.table(call.collection.name)?.columns;
  return cellsOf((column) => {
    const type = columns?.get(column)?.type ?? { name: "any" };
    return type.name === "any" ? sampleType(call, column) : type;
  });
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
