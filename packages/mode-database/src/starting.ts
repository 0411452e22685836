import type { ModeContext } from "@backworks/core";
import type { OpenDatabase } from "./databases.ts";
import type { FieldOptions } from "./options/endpoint.ts";
import type { Seed } from "./seed.ts";
import { makeTables } from "./fields/make-tables.ts";
import { listMigrations } from "./migrations/files.ts";
import { migrateUp } from "./migrations/run.ts";

/** A table that an endpoint describes. */
export interface WantedTable {
  readonly database: OpenDatabase;
  readonly table: string;
  /** `undefined` when the configuration does not make it. */
  readonly fields: Readonly<Record<string, FieldOptions>> | undefined;
  /** Rows for it when it is empty. */
  readonly seed: Seed["rows"] | undefined;
}

/** What is done with the databases before the first request: migrations, then tables that endpoints describe. */
export class Starting {
  readonly #context: ModeContext;
  /** By endpoint. */
  readonly #tables = new Map<string, WantedTable>();

  constructor(context: ModeContext) {
    this.#context = context;
  }

  /** @param endpoint - what tells the endpoint as it is from what it was before */
  makeTable(endpoint: string, table: WantedTable): void {
    this.#tables.set(endpoint, table);
  }

  /** Seeds of the tables of one database. */
  seedsOf(database: OpenDatabase): readonly Seed[] {
    return [...this.#tables.values()].flatMap(({ database: own, table, seed }) =>
      own === database && seed !== undefined ? [{ table, rows: seed }] : [],
    );
  }

  forget(endpoint: string): void {
    this.#tables.delete(endpoint);
  }

  /** @throws BW_DATABASE_UNAVAILABLE, BW_DATABASE_MIGRATION, BW_DATABASE_STATEMENT */
  async start(databases: Iterable<OpenDatabase>): Promise<void> {
    const own = new Set(databases);
    for (const database of own) {
      database.engine.start();
      await this.#migrate(database);
    }
    const wanted = [...this.#tables.values()].filter(({ database }) => own.has(database));
    await makeTables(wanted, this.#context.logger);
  }

  async #migrate(database: OpenDatabase): Promise<void> {
    const { migrations } = database.options;
    if (migrations?.auto !== true) return;
    const { files, clock, logger } = this.#context;
    const found = listMigrations(files.resolve(migrations.dir));
    const ran = await migrateUp({ database, migrations: found, clock });
    if (ran.length > 0) logger.info("database migrated", { database: database.name, migrations: ran });
  }
}
