import { collectionsService, databaseUpkeepService, databasesService, defineMode, offerService } from "@backworks/core";
import type { Mode } from "@backworks/core";
import { describeCollections } from "./crud/facts.ts";
import { checkCollections } from "./crud/start.ts";
import { toService } from "./databases.ts";
import { compileEndpoint, tableKey } from "./endpoint/compile.ts";
import { healthOfDatabases, openDatabases } from "./open.ts";
import type { DatabaseMode } from "./open.ts";
import { createUpkeep } from "./upkeep.ts";
import { databaseSchema, databasesSchema } from "./options/databases.ts";
import { endpointSchema } from "./options/endpoint.ts";

const mode = defineMode<DatabaseMode>({
  name: "database",
  description: "Answers from SQLite, PostgreSQL or MySQL.",
  endpointKeys: { database: endpointSchema },
  rootKeys: { database: databaseSchema, databases: databasesSchema },
  services: [
    offerService(databasesService, ({ databases }: DatabaseMode) => toService(databases)),
    offerService(databaseUpkeepService, createUpkeep),
    offerService(collectionsService("database"), describeCollections),
  ],
  open: openDatabases,
  compile: compileEndpoint,
  release(endpoint, { starting, collections }) {
    starting.forget(tableKey(endpoint));
    collections.forget(tableKey(endpoint));
  },
  async start({ databases, starting, collections, context }) {
    await starting.start(databases.values());
    await checkCollections(collections, context.logger);
  },
  health: healthOfDatabases,
  close({ databases, catalogs }) {
    for (const { schema } of databases.values()) schema.close();
    catalogs.close();
  },
});

/** Answers from a database. */
export const database: Mode = mode;
