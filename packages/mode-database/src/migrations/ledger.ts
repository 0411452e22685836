import type { Dialect } from "../dialect.ts";
import type { Session } from "../engine.ts";
import { onceStatement } from "../statement.ts";

/** A migration that a database has. */
export interface Applied {
  readonly name: string;
  readonly checksum: string;
  /** ISO 8601. */
  readonly at: string;
}

const table = "backworks_migrations";

/** The table in which a database keeps what it has. */
export class Ledger {
  readonly #session: Session;
  readonly #dialect: Dialect;

  constructor(session: Session, dialect: Dialect) {
    this.#session = session;
    this.#dialect = dialect;
  }

  async make(): Promise<void> {
    await this.#run(
      `CREATE TABLE IF NOT EXISTS ${table} (name varchar(200) NOT NULL PRIMARY KEY, checksum varchar(64) NOT NULL, applied_at varchar(40) NOT NULL)`,
    );
  }

  /** In the order of their names. */
  async read(): Promise<readonly Applied[]> {
    const { rows } = await this.#session.run(
      onceStatement(`SELECT name, checksum, applied_at FROM ${table} ORDER BY name`, true),
      [],
    );
    return rows.map((row) => ({
      name: String(row["name"]),
      checksum: String(row["checksum"]),
      at: String(row["applied_at"]),
    }));
  }

  async add({ name, checksum, at }: Applied): Promise<void> {
    const values = [1, 2, 3].map((position) => this.#dialect.placeholder(position)).join(", ");
    await this.#run(`INSERT INTO ${table} (name, checksum, applied_at) VALUES (${values})`, [name, checksum, at]);
  }

  async remove(name: string): Promise<void> {
    await this.#run(`DELETE FROM ${table} WHERE name = ${this.#dialect.placeholder(1)}`, [name]);
  }

  async #run(text: string, binds: readonly unknown[] = []): Promise<void> {
    await this.#session.run(onceStatement(text), binds);
  }
}
