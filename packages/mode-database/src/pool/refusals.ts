import { BackworksError } from "@backworks/core";

const headers = { "retry-after": "1" };

/** The database is not there; in a second it may be. */
export function unavailable(database: string, cause: unknown): BackworksError {
  return new BackworksError("BW_DATABASE_UNAVAILABLE", { database }, { cause, headers });
}

/** Everybody wants it at once. */
export function busy(database: string, problem: string): BackworksError {
  return new BackworksError("BW_DATABASE_BUSY", { database, problem }, { headers });
}
