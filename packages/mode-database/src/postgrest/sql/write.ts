import type { Condition } from "../plan/level.ts";
import type { Table } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";
import type { SqlBuilder } from "./builder.ts";
import { literal, qualified, quote, tableRows } from "./builder.ts";
import { conditionSql } from "./condition.ts";

/** What a write calls its table. */
const target = "pgrst_target";
/** What it calls the rows of the body. */
const given = "pgrst_body";
/** What a statement calls the rows that a write gave. */
export const written = "pgrst_source";

/** Columns that a write gives back; none when nothing is asked of its rows. */
export type Returning = readonly string[];

/** Rows of a body. */
export interface Payload {
  /** JSON: a list of objects. */
  readonly text: string;
  /** Columns that are written. */
  readonly columns: readonly string[];
  /** Whether a row that leaves out a column gets the column's default. */
  readonly defaults: boolean;
}

export interface InsertParts {
  readonly payload: Payload;
  readonly conflict: Conflict | undefined;
  readonly returning: Returning;
  /** Conditions on the rows of the body; for PUT. */
  readonly conditions: readonly Condition[];
}

export interface Conflict {
  readonly columns: readonly string[];
  readonly merge: boolean;
}

/** Setting that counts rows that were there: views and partitioned tables do not tell it of a row. */
const merged = "pgrst.merged";
/** How many rows of a write were there. */
export const mergedSql = `coalesce(nullif(current_setting('${merged}', true), ''), '0')::bigint AS merged`;

/** `WITH … AS (INSERT …)`; `mergedSql` tells how many rows were merged. @throws Refused */
export function insertSql(sql: SqlBuilder, table: Table, parts: InsertParts): string {
  const { payload, conflict, returning } = parts;
  const columns = payload.columns.map(quote).join(", ");
  const into = `INSERT INTO ${qualified(table)} AS ${target}`;
  const back = returningSql(returning);
  if (payload.columns.length === 0) return `WITH ${written} AS (${into} ${emptyRows(payload)} ${back})`;
  const rows = payloadSql(sql, table, payload);
  const bodyRows = { ...tableRows(table, given), embedded: () => undefined };
  const where = parts.conditions.map((condition) => conditionSql(sql, bodyRows, condition));
  const filter = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
  const picked = payload.columns.map((name) => givenSql(table, name)).join(", ");
  const insert = `${into} (${columns}) SELECT ${picked} FROM ${rows}${filter}${conflictSql(payload, conflict)} ${back}`;
  return `WITH ${written} AS (${insert})`;
}

/** An empty object is a row of defaults; an empty list is no row. */
function emptyRows({ text }: Payload): string {
  return text === "[]" ? "SELECT WHERE false" : "DEFAULT VALUES";
}

function conflictSql({ columns }: Payload, conflict: Conflict | undefined): string {
  if (conflict === undefined || conflict.columns.length === 0) return "";
  const on = ` ON CONFLICT (${conflict.columns.map(quote).join(", ")})`;
  if (!conflict.merge) return `${on} DO NOTHING`;
  const set = columns.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`);
  const counted = `set_config('${merged}', (coalesce(nullif(current_setting('${merged}', true), ''), '0')::bigint + 1)::text, true)`;
  return `${on} DO UPDATE SET ${set.join(", ")} WHERE ${counted} <> ''`;
}

/** Columns of the table, as `json_to_recordset` wants them. @throws Refused with PGRST204 */
function definitionsOf(table: Table, names: readonly string[]): string {
  return names
    .map((name) => {
      const column = table.columns.get(name);
      if (column === undefined) throw refusals.writtenColumn(name, table.name);
      return `${quote(name)} ${column.represents?.fromJson === undefined ? column.type : "json"}`;
    })
    .join(", ");
}

/** What the body has for a column, as its domain reads it. */
function givenSql({ columns }: Table, name: string): string {
  const text = `${given}.${quote(name)}`;
  const read = columns.get(name)?.represents?.fromJson;
  return read === undefined ? text : `${read}(${text})`;
}

function payloadSql(sql: SqlBuilder, table: Table, { text, columns, defaults }: Payload): string {
  const definitions = definitionsOf(table, columns);
  const body = sql.bind(text);
  if (!defaults) return `json_to_recordset(${body}::json) AS ${given}(${definitions})`;
  const values = columns.flatMap((name) => {
    const value = table.columns.get(name)?.value;
    return value === undefined ? [] : [`${literal(name)}, ${value}`];
  });
  const base = values.length === 0 ? `'{}'::jsonb` : objectSql(values);
  return `jsonb_array_elements(${body}::jsonb) AS pgrst_element, LATERAL jsonb_to_record(${base} || pgrst_element) AS ${given}(${definitions})`;
}

/** Pairs that one call takes; a function has 100 arguments at most. */
const mostPairs = 50;

function objectSql(pairs: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at < pairs.length; at += mostPairs)
    parts.push(`jsonb_build_object(${pairs.slice(at, at + mostPairs).join(", ")})`);
  return parts.join(" || ");
}

export interface UpdateParts {
  readonly payload: Payload;
  readonly conditions: readonly Condition[];
  readonly chosen: string | undefined;
  readonly returning: Returning;
}

/** `WITH … AS (UPDATE …)`: the first row of the body for every row that fits. @throws Refused */
export function updateSql(sql: SqlBuilder, table: Table, parts: UpdateParts): string {
  const { payload, returning } = parts;
  const back = returningSql(returning);
  if (payload.columns.length === 0)
    return `WITH ${written} AS (SELECT ${returningItems(returning)} FROM ${qualified(table)} AS ${target} WHERE false)`;
  const rows = `(SELECT ${given}.* FROM ${payloadSql(sql, table, payload)} LIMIT 1) AS ${given}`;
  const set = payload.columns.map((name) => `${quote(name)} = ${givenSql(table, name)}`).join(", ");
  const update = `UPDATE ${qualified(table)} AS ${target} SET ${set} FROM ${rows}${whereSql(sql, table, parts)} ${back}`;
  return `WITH ${written} AS (${update})`;
}

/** `WITH … AS (DELETE …)` @throws Refused */
export function deleteSql(sql: SqlBuilder, table: Table, parts: Omit<UpdateParts, "payload">): string {
  const back = returningSql(parts.returning);
  return `WITH ${written} AS (DELETE FROM ${qualified(table)} AS ${target}${whereSql(sql, table, parts)} ${back})`;
}

function whereSql(sql: SqlBuilder, table: Table, { conditions, chosen }: Omit<UpdateParts, "payload">): string {
  const rows = { ...tableRows(table, target), embedded: () => undefined };
  const all = conditions.map((condition) => conditionSql(sql, rows, condition));
  if (chosen !== undefined) {
    const key = table.primaryKey.map((name) => `${target}.${quote(name)}`).join(", ");
    all.push(`(${key}) IN (${chosen})`);
  }
  return all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
}

function returningSql(returning: Returning): string {
  return `RETURNING ${returningItems(returning)}`;
}

function returningItems(returning: Returning): string {
  return returning.length === 0 ? "1 AS pgrst_one" : returning.map((name) => `${target}.${quote(name)}`).join(", ");
}
