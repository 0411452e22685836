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
    const prepared = this.#prepare(name, text);
    const { statement, columns } = prepared;
    const values = binds.map(toSqlite);
    if (statement.columns.length === 0 && columns.length === 0 && !readsRows(text))
      return { rows: [], count: statement.run(values), gives: false };
    return toResult(prepared, statement.all(values));
  }

  /** The same for a statement that reads and finds one row at most. */
  first({ name, text }: Statement, binds: readonly unknown[]): Result {
    const prepared = this.#prepare(name, text);
    const found = prepared.statement.first(binds.map(toSqlite));
    return toResult(prepared, found === undefined ? [] : [found]);
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

function toResult({ statement, columns }: Prepared, found: readonly (readonly unknown[])[]): Result {
  const own = columns.length > 0 ? columns : toColumns(statement);
  return { rows: found.map((row) => toRow(row, own)), count: found.length, gives: true };
}

function toRow(values: readonly unknown[], columns: readonly Column[]): Row {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    const value = values[index];
    if (column !== undefined) row[column.name] = value === null || value === undefined ? null : column.toJson(value);
  }
  return row;
}
