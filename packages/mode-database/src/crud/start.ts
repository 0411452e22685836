import { invalidConfig, isBackworksError } from "@backworks/core";
import type { BackworksError, Logger } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import { checkCollection } from "./check.ts";
import type { Collection, Collections } from "./collection.ts";

/** Reads what tables are like and holds endpoints against it; a database that is away is asked again by the first request. @throws BW_CONFIG_INVALID */
export async function checkCollections(collections: Collections, logger: Logger): Promise<void> {
  const byDatabase = new Map<OpenDatabase, Collection[]>();
  for (const one of collections.all()) byDatabase.set(one.database, [...(byDatabase.get(one.database) ?? []), one]);
  const mistakes: BackworksError[] = [];
  for (const [database, own] of byDatabase)
    mistakes.push(...(await checkDatabase(database, own, { collections, logger })));
  if (mistakes.length > 0) throw invalidConfig(mistakes);
}

async function checkDatabase(
  database: OpenDatabase,
  own: readonly Collection[],
  { collections, logger }: { readonly collections: Collections; readonly logger: Logger },
): Promise<readonly BackworksError[]> {
  try {
    // Migrations and tables that were made stand in it.
    await database.schema.refresh();
    const full = await database.schema.get();
    return own.flatMap((collection) => checkCollection(full, collection, collections));
  } catch (error) {
    if (!isBackworksError(error) || !away.has(error.code)) throw error;
    logger.warn("database not looked at", { database: database.name, problem: error.message });
    return [];
  }
}

const away: ReadonlySet<string> = new Set(["BW_DATABASE_UNAVAILABLE", "BW_DATABASE_BUSY"]);
