import type { Schema, Table } from "@backworks/core/query";
import type { Dialect } from "../../dialect.ts";
import { toStatement } from "../../statement.ts";
import { WriteStatements } from "./statements.ts";
import type { Run } from "./transact.ts";

/** The statements that write to the tables of one database, as long as its structure is the same. */
export class WriteTables {
  readonly #dialect: Dialect;
  readonly #full: Schema;
  readonly #tables = new Map<string, WriteStatements>();

  constructor(dialect: Dialect, full: Schema) {
    this.#dialect = dialect;
    this.#full = full;
  }

  /** @param run - of the transaction: whoever has the only connection must not wait for another */
  async of(name: string, run: Run): Promise<WriteStatements> {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = this.#full.table(name);
    if (table === undefined) throw new TypeError(`no table ${name}`);
    const defaults = this.#dialect.name === "sqlite" ? await readDefaults(table, run) : none;
    const made = new WriteStatements(table, this.#dialect, defaults);
    this.#tables.set(name, made);
    return made;
  }
}

const none: ReadonlyMap<string, string> = new Map();

const defaultsQuery = toStatement(
  "SELECT name, dflt_value AS value FROM pragma_table_xinfo(?) WHERE dflt_value IS NOT NULL",
  true,
);

/** SQLite has no word for the default of a column in an update, but tells its text. */
async function readDefaults({ name }: Table, run: Run): Promise<ReadonlyMap<string, string>> {
  const { rows } = await run(defaultsQuery, [name]);
  return new Map(rows.map((row) => [String(row["name"]), String(row["value"])]));
}
