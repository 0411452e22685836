import { suggest } from "@backworks/core";
import type { Field } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import type { Rows, SqlBuilder } from "./builder.ts";
import { qualified, quote } from "./builder.ts";

/** A column, or what a function computes of a row, or a place in the JSON that it holds. @throws Refused */
export function fieldSql(sql: SqlBuilder, rows: Rows, field: Field): string {
  const column = columnSql(rows, field.column);
  if (field.json.length === 0) return column.text;
  const base = /^jsonb?$/.test(column.type) ? column.text : `to_jsonb(${column.text})`;
  const steps = field.json.map(({ step, text }) => {
    const type = typeof step === "number" ? "integer" : "text";
    return `${text ? "->>" : "->"}${sql.bind(step)}::${type}`;
  });
  return `(${base}${steps.join("")})`;
}

interface ColumnSql {
  readonly text: string;
  readonly type: string;
}

/** @throws Refused with 42703 */
export function columnSql({ table, alias, called, whole }: Rows, name: string): ColumnSql {
  const column = table.columns.get(name);
  if (column !== undefined) return { text: `${alias}.${quote(name)}`, type: column.type };
  const routine = table.computed.get(name);
  if (routine !== undefined) return { text: `${qualified(routine)}(${whole})`, type: "" };
  throw refusals.column(called, name, suggest(name, [...table.columns.keys()]));
}
