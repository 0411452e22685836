import type { MaybePromise } from "@backworks/core";
import type { Schema, Table } from "@backworks/core/query";
import type { OpenDatabase } from "../../databases.ts";
import { toStatement } from "../../statement.ts";
import { WriteStatements } from "./statements.ts";

/** The statements that write to the tables of one database, as long as its structure is the same. */
export class WriteTables {
  readonly #database: OpenDatabase;
  readonly #full: Schema;
  readonly #tables = new Map<string, MaybePromise<WriteStatements>>();

  constructor(database: OpenDatabase, full: Schema) {
    this.#database = database;
    this.#full = full;
  }

  of(name: string): MaybePromise<WriteStatements> {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = this.#full.table(name);
    if (table === undefined) throw new TypeError(`no table ${name}`);
    const made = this.#make(table);
    this.#tables.set(name, made);
    if (made instanceof Promise)
      made.then(
        (statements) => this.#tables.set(name, statements),
        () => this.#tables.delete(name),
      );
    return made;
  }

  #make(table: Table): MaybePromise<WriteStatements> {
    const { dialect } = this.#database.engine;
    if (dialect.name !== "sqlite") return new WriteStatements(table, dialect, new Map());
    return readDefaults(this.#database, table).then((defaults) => new WriteStatements(table, dialect, defaults));
  }
}

const defaultsQuery = toStatement(
  "SELECT name, dflt_value AS value FROM pragma_table_xinfo(?) WHERE dflt_value IS NOT NULL",
  true,
);

/** SQLite has no word for the default of a column in an update, but tells its text. */
async function readDefaults({ run }: OpenDatabase, { name }: Table): Promise<ReadonlyMap<string, string>> {
  const { rows } = await run(defaultsQuery, [name]);
  return new Map(rows.map((row) => [String(row["name"]), String(row["value"])]));
}
