import { databasesService } from "@backworks/core";
import type { RunCheck } from "./check.ts";

/** A statement that a database of the configuration runs. */
export const database: RunCheck<"database"> = async ({ database: name, query }, { observation, signal }) => {
  const databases = observation.modeService(databasesService);
  const found = databases?.find(name);
  if (found === undefined) throw new Error(`there is no database ${name}`);
  await found.query(query, [], { signal });
};
