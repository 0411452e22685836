import type { SqliteFile, SqliteStatement } from "./library.ts";

/** The part of `libsql` and `better-sqlite3` that is used. */
export type DriverConstructor = new (file: string) => {
  prepare(text: string): DriverStatement;
  exec(text: string): unknown;
  close(): unknown;
};

interface DriverStatement {
  readonly reader: boolean;
  raw(on: boolean): DriverStatement;
  safeIntegers(on: boolean): DriverStatement;
  columns(): readonly { readonly name: string; readonly type: string | null }[];
  /** A list is the values in order; a single value that is null would be taken for names with values. */
  all(binds: readonly unknown[]): unknown;
  get(binds: readonly unknown[]): unknown;
  run(binds: readonly unknown[]): { readonly changes: number };
}

export function openWithDriver(driver: DriverConstructor, file: string): SqliteFile {
  const database = new driver(file);
  return {
    prepare: (text) => toStatement(database.prepare(text)),
    exec: (text) => void database.exec(text),
    close: () => void database.close(),
  };
}

function toStatement(statement: DriverStatement): SqliteStatement {
  if (!statement.reader)
    return { columns: [], all: () => [], first: () => undefined, run: (binds) => statement.run(binds).changes };
  statement.raw(true).safeIntegers(true);
  const columns = statement.columns().map(({ name, type }) => ({ name, declared: type ?? undefined }));
  return {
    columns,
    // With `raw` rows are lists.
    all: (binds) => statement.all(binds) as readonly (readonly unknown[])[],
    first: (binds) => statement.get(binds) as readonly unknown[] | undefined,
    run: (binds) => (statement.all(binds) as readonly unknown[]).length,
  };
}
