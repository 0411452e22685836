import type { ModeContext } from "@backworks/core";
import type { OpenDatabase } from "./databases.ts";
import type { FieldOptions } from "./options/endpoint.ts";
import { makeTables } from "./fields/make-tables.ts";
import { listMigrations } from "./migrations/files.ts";
import { migrateUp } from "./migrations/run.ts";

/** A table that an endpoint describes. */
export interface WantedTable {
  readonly database: OpenDatabase;
  readonly table: string;
  readonly fields: Readonly<Record<string, FieldOptions>>;
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

  forget(endpoint: string): void {
    this.#tables.delete(endpoint);
  }

  /** @throws BW_DATABASE_UNAVAILABLE, BW_DATABASE_MIGRATION, BW_DATABASE_STATEMENT */
  async start(databases: Iterable<OpenDatabase>): Promise<void> {
    for (const database of databases) {
      database.engine.start();
      await this.#migrate(database);
    }
    await makeTables([...this.#tables.values()], this.#context.logger);
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
