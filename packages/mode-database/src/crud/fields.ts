import type { Field, Table } from "@backworks/core/query";

const steps: Field["json"] = [];

/** A column of a table that has it. */
export function fieldOf(table: Table, column: string): Field {
  const type = table.columns?.get(column)?.type;
  if (type === undefined) throw new TypeError(`${table.name} has no column ${column}`);
  return { column, json: steps, type };
}
