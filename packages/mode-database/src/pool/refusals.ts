import { BackworksError } from "@backworks/core";

const headers = { "retry-after": "1" };

/** The database is not there; in a second it may be. */
export function unavailable(database: string, cause: unknown): BackworksError {
  const problem = cause instanceof Error ? wordsOf(cause) : String(cause);
  return new BackworksError("BW_DATABASE_UNAVAILABLE", { database, problem }, { cause, headers });
}

/** Everybody wants it at once. */
export function busy(database: string, problem: string): BackworksError {
  return new BackworksError("BW_DATABASE_BUSY", { database, problem }, { headers });
}

/** An attempt at several addresses fails with an error for each, and says nothing itself. */
function wordsOf(error: Error): string {
  if (error.message !== "") return error.message;
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return first instanceof Error ? first.message : error.name;
}
