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
  get(...binds: readonly unknown[]): Readonly<Record<string, unknown>> | undefined;
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
    return {
      columns: [],
      all: () => [],
      first: () => undefined,
      run: (binds) => Number(statement.run(...binds).changes),
    };
  return declared === undefined ? untyped(statement) : typed(statement, declared);
}

function typed(statement: NodeStatement, declared: ReturnType<NonNullable<NodeStatement["columns"]>>): SqliteStatement {
  const columns = declared.map(({ name, type }) => ({ name, declared: type ?? undefined }));
  const inOrder = (row: Readonly<Record<string, unknown>>): readonly unknown[] => columns.map(({ name }) => row[name]);
  return {
    columns,
    all: (binds) => statement.all(...binds).map(inOrder),
    first(binds) {
      const row = statement.get(...binds);
      return row && inOrder(row);
    },
    run: (binds) => statement.all(...binds).length,
  };
}

/** Where Node does not tell columns they are those of the rows, with values as SQLite has them. */
function untyped(statement: NodeStatement): SqliteStatement {
  let columns: SqliteStatement["columns"] = [];
  const learn = (row: Readonly<Record<string, unknown>> = {}): void => {
    columns = Object.keys(row).map((name) => ({ name, declared: undefined }));
  };
  return {
    get columns() {
      return columns;
    },
    all(binds) {
      const rows = statement.all(...binds);
      learn(rows[0]);
      return rows.map((row) => Object.values(row));
    },
    first(binds) {
      const row = statement.get(...binds);
      learn(row);
      return row && Object.values(row);
    },
    run: (binds) => Number(statement.run(...binds).changes),
  };
}
