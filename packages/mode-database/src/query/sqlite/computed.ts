import type { AggregateName, ValueType } from "@backworks/core/query";
import type { Computed } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../sql.ts";

const numbers: ReadonlySet<ValueType["name"]> = new Set(["number", "decimal", "boolean"]);

/** A value as one of another type, as memory casts it; `undefined` where SQLite has no such cast. */
export function cast({ sql: value, type: from }: Computed, to: ValueType): Sql | undefined {
  if (to.name === "any" || (to.name === from.name && to.of === from.of)) return value;
  const plain = from.name === "json" ? sql`(${value} ->> '$')` : value;
  const change = changes[to.name];
  return change?.(plain, from);
}

const changes: Partial<Record<ValueType["name"], (value: Sql, from: ValueType) => Sql>> = {
  integer: (value, from) => (numbers.has(from.name) ? rounded(value) : sql`CAST(${value} AS INTEGER)`),
  number: (value) => sql`CAST(${value} AS REAL)`,
  decimal: (value) => sql`CAST(${value} AS NUMERIC)`,
  text: (value, from) =>
    from.name === "boolean"
      ? sql`CASE ${value} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END`
      : sql`CAST(${value} AS TEXT)`,
  date: (value) => sql`date(${value})`,
  json: (value) => sql`json_quote(${value})`,
};

/** To the nearest, halves up; not every library has `floor`. */
function rounded(value: Sql): Sql {
  const cut = sql`CAST(${value} + 0.5 AS INTEGER)`;
  return sql`${cut} - (${value} + 0.5 < ${cut})`;
}

export function aggregate(name: AggregateName, { sql: value, type }: Computed): Sql {
  if (name === "avg") return sql`avg(${numeric(value, type)})`;
  if (name === "sum") return sql`sum(${numeric(value, type)})`;
  return sql`${name}(${value}${type.name === "text" ? " COLLATE BINARY" : ""})`;
}

function numeric(value: Sql, { name }: ValueType): Sql {
  return name === "json" ? sql`(${value} ->> '$')` : value;
}
