import type { SqliteFile, SqliteStatement } from "./library.ts";

/** The part of `node:sqlite` that is used. */
export interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => {
    prepare(text: string): NodeStatement;
    exec(text: string): void;
    close(): void;
  };
}

interface NodeStatement {
  /** From Node 22.16 on. */
  columns?(): readonly { readonly name: string; readonly type: string | null }[];
  setReadBigInts(on: boolean): void;
  all(...binds: readonly unknown[]): readonly Readonly<Record<string, unknown>>[];
  run(...binds: readonly unknown[]): { readonly changes: number | bigint };
}

export function openWithNode({ DatabaseSync }: NodeSqlite, file: string): SqliteFile {
  const database = new DatabaseSync(file);
  return {
    prepare: (text) => toStatement(database.prepare(text)),
    exec: (text) => database.exec(text),
    close: () => database.close(),
  };
}

function toStatement(statement: NodeStatement): SqliteStatement {
  statement.setReadBigInts(true);
  const declared = statement.columns?.();
  if (declared !== undefined && declared.length === 0)
    return { columns: [], all: () => [], run: (binds) => Number(statement.run(...binds).changes) };
  return declared === undefined ? untyped(statement) : typed(statement, declared);
}

function typed(statement: NodeStatement, declared: ReturnType<NonNullable<NodeStatement["columns"]>>): SqliteStatement {
  const columns = declared.map(({ name, type }) => ({ name, declared: type ?? undefined }));
  return {
    columns,
    all: (binds) => statement.all(...binds).map((row) => columns.map(({ name }) => row[name])),
    run: (binds) => statement.all(...binds).length,
  };
}

/** Where Node does not tell columns they are those of the rows, with values as SQLite has them. */
function untyped(statement: NodeStatement): SqliteStatement {
  let columns: SqliteStatement["columns"] = [];
  return {
    get columns() {
      return columns;
    },
    all(binds) {
      const rows = statement.all(...binds);
      columns = Object.keys(rows[0] ?? {}).map((name) => ({ name, declared: undefined }));
      return rows.map((row) => Object.values(row));
    },
    run: (binds) => Number(statement.run(...binds).changes),
  };
}
