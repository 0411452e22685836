import type { AggregateName, ValueType } from "@backworks/core/query";
import type { Computed } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../sql.ts";
import { castOf } from "./cells.ts";

const fractions: ReadonlySet<ValueType["name"]> = new Set(["number", "decimal"]);

/** A value as one of another type, as memory casts it. */
export function cast({ sql: value, type: from }: Computed, to: ValueType): Sql {
  if (to.name === "any" || (to.name === from.name && to.of === from.of)) return value;
  if (to.name === "json") return sql`to_jsonb(${value})`;
  if (to.name === "integer") return toInteger(value, from);
  return sql`(${from.name === "json" ? sql`${value} #>> '{}'` : value})::${castOf(to, undefined)}`;
}

function toInteger(value: Sql, { name }: ValueType): Sql {
  if (fractions.has(name)) return sql`floor((${value})::numeric + 0.5)::int8`;
  if (name === "boolean") return sql`(${value})::int4::int8`;
  return sql`(${name === "json" ? sql`${value} #>> '{}'` : value})::int8`;
}

/** Types of which the server knows the least and the greatest. */
const ordered: ReadonlySet<ValueType["name"]> = new Set([
  "integer",
  "number",
  "decimal",
  "date",
  "time",
  "timestamp",
  "list",
]);

export function aggregate(name: AggregateName, { sql: value, type }: Computed): Sql {
  if (name === "count") return sql`count(${value})`;
  if (name === "avg") return sql`avg((${numeric(value, type)})::float8)`;
  if (name === "sum") return sql`sum(${numeric(value, type)})`;
  if (type.name === "text") return sql`${name}(${value} COLLATE "C")`;
  if (ordered.has(type.name)) return sql`${name}(${value})`;
  const direction = name === "min" ? "ASC" : "DESC";
  return sql`(array_agg(${value} ORDER BY ${value} ${direction}) FILTER (WHERE ${value} IS NOT NULL))[1]`;
}

/** JSON that is to be added up holds numbers. */
function numeric(value: Sql, { name }: ValueType): Sql {
  return name === "json" || name === "any" ? sql`(${value} #>> '{}')::numeric` : value;
}
