import type { JsonValue } from "@backworks/core";
import type { Parameter, ValueType } from "@backworks/core/query";
import { toDigits, toJsonList, toUtcText, usualChanges } from "../binds.ts";
import { toJsonPath } from "../json-path.ts";
import type { Cell } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { constant, sql, valueOf } from "../sql.ts";

/** The document that steps lead into; nothing for a column that holds none, and for a text that is no JSON. */
export function documentOf({ column, known }: Cell): Sql {
  const name = known?.type.name;
  if (name !== "json" && name !== "list" && name !== "any") return sql`NULL`;
  return sql`CASE WHEN json_valid(${column}) THEN ${column} END`;
}

/** Its place in the document. */
export function pathOf({ steps }: Cell): Sql {
  return constant(toJsonPath(steps, (place) => `#${place}`));
}

/** JSON of the place, as text; a null of JSON is nothing. */
export function jsonAt(cell: Cell): Sql {
  if (cell.steps.length === 0) return sql`NULLIF(json(${documentOf(cell)}), 'null')`;
  return sql`NULLIF(${documentOf(cell)} -> ${pathOf(cell)}, 'null')`;
}

/** What the place holds: `integer`, `text`, `true` … */
export function kindAt(cell: Cell): Sql {
  return sql`json_type(${documentOf(cell)}, ${pathOf(cell)})`;
}

/** The plain value of the place: text, a number, 1 or 0. */
export function plainAt(cell: Cell): Sql {
  return sql`(${documentOf(cell)} ->> ${pathOf(cell)})`;
}

/** The text of the place, as JSON has it. */
function textAt(cell: Cell): Sql {
  return sql`CASE ${kindAt(cell)} WHEN 'null' THEN NULL WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'real' THEN ${realText(cell)} ELSE CAST(${plainAt(cell)} AS TEXT) END`;
}

/** `1.0` is `1`. */
function realText(cell: Cell): Sql {
  const value = plainAt(cell);
  return sql`CASE WHEN ${value} = CAST(${value} AS INTEGER) THEN CAST(CAST(${value} AS INTEGER) AS TEXT) ELSE CAST(${value} AS TEXT) END`;
}

/** The value of a cell. */
export function valueIn(cell: Cell): Sql {
  if (cell.steps.at(-1)?.text === true) return textAt(cell);
  const { name } = cell.type;
  if (name === "json" || cell.steps.length > 0) return jsonAt(cell);
  return name === "timestamp" ? instantOf(cell.column) : cell.column;
}

/** A time in UTC with milliseconds, however the file writes it: a number is one of milliseconds. */
function instantOf(column: Sql): Sql {
  const format = "'%Y-%m-%d %H:%M:%f'";
  return sql`CASE WHEN typeof(${column}) IN ('integer', 'real') THEN strftime(${format}, ${column} / 1000.0, 'unixepoch') ELSE strftime(${format}, ${column}) END`;
}

/** A value of the request as the file has it. */
export function operandOf(operand: Parameter): Sql {
  return valueOf(operand, changeOf(operand.type));
}

/** How a value of a type is given to the library. */
export function changeOf({ name }: ValueType): (value: JsonValue) => unknown {
  return changes[name] ?? ((value) => value);
}

const changes: typeof usualChanges = {
  ...usualChanges,
  integer: toWhole,
  decimal: Number,
  timestamp: (value) => toUtcText(value, 3),
};

function toWhole(value: JsonValue): unknown {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  const digits = toDigits(value);
  return /^[+-]?\d+$/.test(digits) ? BigInt(digits) : digits;
}

/** Values of a list, one by one, as `value` of the table `p`. */
export function listOf(operand: Parameter): Sql {
  const change = changeOf(operand.type);
  const list = valueOf(operand, (values) => toJsonList(values, (value) => inJson(change(value))));
  return sql`json_each(${list}) p`;
}

/** JSON holds big integers as numbers only in SQLite, and bytes nowhere. */
function inJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex").toUpperCase();
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
