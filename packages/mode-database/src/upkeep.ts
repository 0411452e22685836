import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BackworksError, suggest } from "@backworks/core";
import type { DatabaseUpkeep } from "@backworks/core";
import type { OpenDatabase } from "./databases.ts";
import { designTables } from "./fields/design.ts";
import { listMigrations } from "./migrations/files.ts";
import { migrateDown, migrateUp, readStates } from "./migrations/run.ts";
import type { MigrationPlace } from "./migrations/run.ts";
import type { DatabaseMode } from "./open.ts";
import { defaultMigrations } from "./options/databases.ts";
import { seedTables } from "./seed.ts";

/** What commands do with databases. */
export function createUpkeep({ databases, context, starting }: DatabaseMode): DatabaseUpkeep {
  const { clock, files } = context;
  const folderOf = ({ options }: OpenDatabase): string => files.resolve((options.migrations ?? defaultMigrations).dir);
  const placeOf = (name: string): MigrationPlace => {
    const database = find(databases, name);
    return { database, migrations: listMigrations(folderOf(database)), clock };
  };
  return {
    names: [...databases.keys()],
    states: async (name) => readStates(placeOf(name)),
    up: async (name) => migrateUp(placeOf(name)),
    down: async (name, steps) => migrateDown(placeOf(name), steps),
    create: (name, title) => createFiles(folderOf(find(databases, name)), title, clock.now()),
    async seed(name) {
      const database = find(databases, name);
      await starting.start([database]);
      return seedTables(database, starting.seedsOf(database));
    },
    design: async (name, tables) => designTables(find(databases, name), tables),
    fill: async (name, tables) => seedTables(find(databases, name), tables),
  };
}

function find(databases: ReadonlyMap<string, OpenDatabase>, name: string): OpenDatabase {
  const found = databases.get(name);
  if (found !== undefined) return found;
  const near = suggest(name, databases.keys());
  const hint = near === undefined ? `databases are ${[...databases.keys()].join(", ")}` : `did you mean ${near}?`;
  throw new BackworksError("BW_DATABASE_UNKNOWN", { database: name }, { hint });
}

/** Named after the second they were made in, so that those of several people do not meet. */
function createFiles(folder: string, title: string, now: number): readonly string[] {
  const stamp = new Date(now).toISOString().replace(/\D/g, "").slice(0, 14);
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  mkdirSync(folder, { recursive: true });
  const parts = [
    ["", "-- what changes"],
    [".down", "-- what takes it back"],
  ] as const;
  return parts.map(([ending, text]) => {
    const file = join(folder, `${stamp}_${words}${ending}.sql`);
    writeFileSync(file, `${text}\n`, { flag: "wx" });
    return file;
  });
}
