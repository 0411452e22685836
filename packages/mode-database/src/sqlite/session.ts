import type { Result, Row, Statement } from "../engine.ts";
import type { ToJson } from "../values/to-json.ts";
import type { SqliteFile, SqliteStatement } from "./library.ts";
import { toJsonOfColumn, toSqlite } from "./values.ts";

interface Prepared {
  readonly statement: SqliteStatement;
  /** Of the columns as they were when it was prepared. */
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly toJson: ToJson;
}

/** Statements that are kept prepared on one connection. */
const mostPrepared = 500;

/** Runs statements on an open file, at once. */
export class SqliteSession {
  readonly file: SqliteFile;
  readonly #prepared = new Map<string, Prepared>();

  constructor(file: SqliteFile) {
    this.file = file;
  }

  /** @throws errors of the library */
  run({ name, text }: Statement, binds: readonly unknown[]): Result {
    const { statement, columns } = this.#prepare(name, text);
    const values = binds.map(toSqlite);
    if (statement.columns.length === 0 && columns.length === 0 && !readsRows(text))
      return { rows: [], count: statement.run(values), gives: false };
    const found = statement.all(values);
    const own = columns.length > 0 ? columns : toColumns(statement);
    const rows = found.map((row) => toRow(row, own));
    return { rows, count: rows.length, gives: true };
  }

  #prepare(name: string, text: string): Prepared {
    const kept = this.#prepared.get(name);
    if (kept !== undefined) return kept;
    const statement = this.file.prepare(text);
    const prepared = { statement, columns: toColumns(statement) };
    if (name !== "" && this.#prepared.size < mostPrepared) this.#prepared.set(name, prepared);
    return prepared;
  }
}

/** For a library that does not tell the columns of a statement. */
function readsRows(text: string): boolean {
  return /^\s*(?:SELECT|WITH|VALUES|PRAGMA|EXPLAIN)\b|\bRETURNING\b/i.test(text);
}

function toColumns({ columns }: SqliteStatement): readonly Column[] {
  return columns.map(({ name, declared }) => ({ name, toJson: toJsonOfColumn(declared) }));
}

function toRow(values: readonly unknown[], columns: readonly Column[]): Row {
  const row: Record<string, unknown> = {};
  for (const [index, { name, toJson }] of columns.entries()) {
    const value = values[index];
    row[name] = value === null || value === undefined ? null : toJson(value);
  }
  return row;
}
