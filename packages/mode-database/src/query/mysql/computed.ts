import type { AggregateName, ValueType } from "@backworks/core/query";
import type { Computed } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../sql.ts";
import { exactText } from "./cells.ts";

const fractions: ReadonlySet<ValueType["name"]> = new Set(["number", "decimal"]);

/** A value as one of another type, as memory casts it; `undefined` where the database has no such cast. */
export function cast({ sql: value, type: from }: Computed, to: ValueType): Sql | undefined {
  if (to.name === "any" || (to.name === from.name && to.of === from.of)) return value;
  const plain = from.name === "json" ? sql`JSON_UNQUOTE(${value})` : value;
  return changes[to.name]?.(plain, from);
}

const changes: Partial<Record<ValueType["name"], (value: Sql, from: ValueType) => Sql>> = {
  integer: (value, from) =>
    fractions.has(from.name) ? sql`CAST(FLOOR(${value} + 0.5) AS SIGNED)` : sql`CAST(${value} AS SIGNED)`,
  number: (value) => sql`CAST(${value} AS DOUBLE)`,
  decimal: (value) => sql`CAST(${value} AS DECIMAL(65, 10))`,
  text: (value, from) =>
    from.name === "boolean"
      ? sql`CASE ${value} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END`
      : exactText(sql`CAST(${value} AS CHAR)`),
  date: (value) => sql`CAST(${value} AS DATE)`,
  timestamp: (value) => sql`CAST(${value} AS DATETIME(6))`,
};

export function aggregate(name: AggregateName, { sql: value, type }: Computed): Sql {
  if (name === "avg") return sql`avg(${numeric(value, type)})`;
  if (name === "sum") return sql`sum(${type.name === "json" ? numeric(value, type) : value})`;
  return sql`${name}(${value})`;
}

function numeric(value: Sql, { name }: ValueType): Sql {
  return sql`CAST(${name === "json" ? sql`JSON_UNQUOTE(${value})` : value} AS DOUBLE)`;
}
