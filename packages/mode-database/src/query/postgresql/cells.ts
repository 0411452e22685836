import type { JsonValue } from "@backworks/core";
import type { Parameter, ValueType } from "@backworks/core/query";
import { postgresql } from "../../postgresql/dialect.ts";
import { toBytes, toDigits, toJsonText, toText, toUtc } from "../binds.ts";
import type { Cell } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { constant, sql, valueOf } from "../sql.ts";

/** The document that steps lead into; nothing for a column that holds none. */
function documentOf({ column, known }: Cell): Sql {
  const name = known?.type.name;
  if (name === "json") return known?.declared === "jsonb" ? column : sql`(${column})::jsonb`;
  return name === "list" ? sql`to_jsonb(${column})` : sql`NULL::jsonb`;
}

/** The JSON at a place, its text left to whoever reads it. */
export function jsonAt(cell: Cell): Sql {
  let place = documentOf(cell);
  for (const { step } of cell.steps) place = sql`${place} -> ${key(step)}`;
  return place;
}

function key(step: string | number): Sql {
  return typeof step === "number" ? sql`${constant(step)}::int4` : sql`${constant(step)}::text`;
}

/** The value of a cell; a null of JSON is nothing. */
export function valueIn(cell: Cell): Sql {
  const { column, known, steps, type } = cell;
  const last = steps.at(-1);
  if (last?.text === true) {
    const before = jsonAt({ ...cell, steps: steps.slice(0, -1) });
    return sql`(${before} ->> ${key(last.step)})`;
  }
  if (type.name === "json") return sql`NULLIF(${jsonAt(cell)}, 'null'::jsonb)`;
  // A cast may say more than the type itself does: an address gets its mask.
  return isForeign(known) ? sql`CASE WHEN ${column} IS NOT NULL THEN concat(${column}) END` : column;
}

/** Texts of the database's own kinds. */
const texts: ReadonlySet<string> = new Set(["text", "varchar", "bpchar", "name"]);

/** A type that only the database understands, which is compared by its text. */
export function isForeign(known: Cell["known"]): boolean {
  return known !== undefined && known.type.name === "text" && !texts.has(known.declared);
}

/** The value as something that has an order: texts by code unit. */
export function orderedValue(cell: Cell): Sql {
  const value = valueIn(cell);
  const byCode = cell.known?.byCode === true && cell.steps.length === 0 && !isForeign(cell.known);
  return cell.type.name === "text" && !byCode ? sql`${value} COLLATE "C"` : value;
}

/** What a value of the request is cast to, so that the operator of the column's own type is used. */
export function castOf(type: ValueType, known: Cell["known"]): string {
  const { name } = type;
  if (name === "list") return castOfList(type, known?.declared);
  if (name === "range") return known === undefined ? "text" : postgresql.quote(known.declared);
  // Numbers and times have several types, which need not compare with each other by an index.
  const own = known?.declared;
  if (own === "float4" || own === "timestamp" || own === "bpchar") return own;
  return casts[name] ?? "text";
}

function castOfList({ of = "text" }: ValueType, declared: string | undefined): string {
  return declared?.startsWith("_") === true ? postgresql.quote(declared) : `${castOf({ name: of }, undefined)}[]`;
}

const casts: Partial<Record<ValueType["name"], string>> = {
  boolean: "bool",
  integer: "int8",
  number: "float8",
  timestamp: "timestamptz",
  decimal: "numeric",
  uuid: "uuid",
  date: "date",
  time: "time",
  json: "jsonb",
  bytes: "bytea",
  search: "tsvector",
};

/** How a value of a type is given to the driver. */
export function changeOf({ name, of }: ValueType): (value: JsonValue) => unknown {
  if (name === "list") {
    const change = changeOf({ name: of ?? "text" });
    // A value of a list is a list.
    return (value) => (value as readonly JsonValue[]).map((item) => (item === null ? null : change(item)));
  }
  return changes[name] ?? toText;
}

const changes: Partial<Record<ValueType["name"], (value: JsonValue) => unknown>> = {
  integer: toDigits,
  timestamp: toUtc,
  json: toJsonText,
  bytes: toBytes,
};

/** A value of the request, typed. */
export function operandOf(operand: Parameter, known: Cell["known"]): Sql {
  return sql`${valueOf(operand, changeOf(operand.type))}::${castOf(operand.type, known)}`;
}

/** A list of values of the request, each typed. */
export function operandsOf(operand: Parameter, known: Cell["known"]): Sql {
  const { type } = operand;
  const list = valueOf(operand, changeOf({ name: "list", ...elementOf(type) }));
  return type.name === "json" ? sql`${list}::text[]::jsonb[]` : sql`${list}::${castOf(type, known)}[]`;
}

function elementOf({ name }: ValueType): Pick<ValueType, "of"> {
  return name === "list" || name === "range" || name === "search" ? {} : { of: name };
}
