import type { JsonValue } from "../../exchange.ts";
import type { Relation, Schema, Table } from "../relations.ts";
import { findRelations, isToOne } from "../relations.ts";
import type { QuerySyntax } from "../syntax/syntax.ts";
import type { Preferences } from "../prefer.ts";
import type { Row } from "../tree.ts";
import { columnOf, tableOf } from "./scope.ts";
import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";

/** Rows to be stored in one step, with those that belong to them. */
export interface CheckedInsert {
  /** The table they are for. */
  readonly table: string;
  /** In the order of the body. */
  readonly rows: readonly NewRow[];
  /** What becomes of a row that is there already; an error when `undefined`. */
  readonly conflict: Conflict | undefined;
  /** What a column gets that other rows name and this one does not. */
  readonly missing: "default" | "null";
}

/** Tells rows that are there already. */
export interface Conflict {
  /** Columns that are the same then. */
  readonly columns: readonly string[];
  /** Whether the row there gets the new values, or stays. */
  readonly resolution: "merge-duplicates" | "ignore-duplicates";
}

/** One row to be stored. */
export interface NewRow {
  /** Its columns. */
  readonly values: Row;
  /** Rows of other tables that stand in it under the name of a relation. */
  readonly nested: readonly NestedRows[];
}

/** Rows that belong to one. */
export interface NestedRows {
  /** The name they stand under. */
  readonly name: string;
  /** How they belong to it. */
  readonly relation: Relation;
  /** Whether they stood in a list. */
  readonly isList: boolean;
  /** In the order of the body. */
  readonly rows: readonly NewRow[];
}

/** What an insert is checked against. */
export interface InsertOptions {
  /** Where names are looked up. */
  readonly schema: Schema;
  /** The table of the request. */
  readonly table: string;
  /** Columns the query says: what else a row has is left out. */
  readonly query: Pick<QuerySyntax, "columns" | "onConflict">;
  /** What the request prefers. */
  readonly preferences: Pick<Preferences, "resolution" | "missing">;
}

/** Tells columns from rows that belong to a row, and looks both up. @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN */
export function checkInsert(
  rows: readonly Row[],
  { schema, table: name, query, preferences }: InsertOptions,
): CheckedInsert {
  const table = tableOf({ schema }, name);
  for (const column of query.columns ?? []) columnOf(table, column);
  const { columns } = query;
  const chosen = columns === undefined ? rows : rows.map((row) => only(row, columns));
  return {
    table: name,
    rows: chosen.map((row) => newRow({ schema, table, depth: 1 }, row)),
    conflict: conflictOf(table, query.onConflict, preferences.resolution),
    missing: preferences.missing ?? "null",
  };
}

function only(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name)));
}

function conflictOf(
  table: Table,
  columns: readonly string[] | undefined,
  resolution: Preferences["resolution"],
): Conflict | undefined {
  for (const column of columns ?? []) columnOf(table, column);
  if (resolution === undefined) return undefined;
  if ((columns ?? table.primaryKey).length === 0)
    throw invalid("on_conflict", `is needed: ${table.name} has no primary key`);
  return { columns: columns ?? table.primaryKey, resolution };
}

interface RowScope {
  readonly schema: Schema;
  readonly table: Table;
  readonly depth: number;
}

function newRow(scope: RowScope, row: Row): NewRow {
  const values: Record<string, JsonValue | undefined> = {};
  const nested: NestedRows[] = [];
  for (const [name, value] of Object.entries(row)) {
    const relation = relationOf(scope, name, value);
    if (relation === undefined) values[known(scope.table, name)] = value;
    else nested.push(nestedRows(scope, { name, relation, value }));
  }
  return { values, nested };
}

/** A row may bring columns to a table that is open. */
function known(table: Table, name: string): string {
  const column = table.open === true ? table.columns?.get(name) : columnOf(table, name);
  if (column?.generated === true) throw invalid(name, "is computed and cannot be written");
  return name;
}

/** The relation a name means; a column of the same name comes first. */
function relationOf({ schema, table }: RowScope, name: string, value: JsonValue | undefined): Relation | undefined {
  if (typeof value !== "object" || value === null || table.columns?.has(name)) return undefined;
  const found = findRelations(schema, table, { name, hint: undefined });
  return found.length === 1 ? found[0] : undefined;
}

interface Nested {
  readonly name: string;
  readonly relation: Relation;
  readonly value: JsonValue | undefined;
}

function nestedRows({ schema, depth }: RowScope, { name, relation, value }: Nested): NestedRows {
  if (depth >= limits.depth) throw invalid(name, `is nested more than ${limits.depth} levels deep`);
  const isList = Array.isArray(value);
  if (isList && isToOne(relation)) throw invalid(name, "has a list where one row belongs");
  const table = tableOf({ schema }, relation.target);
  const rows = (isList ? (value as readonly JsonValue[]) : [value ?? null]).map((row) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) throw invalid(name, "holds what is no row");
    // Neither nothing nor a list: a row.
    return newRow({ schema, table, depth: depth + 1 }, row as Row);
  });
  return { name, relation, isList, rows };
}
