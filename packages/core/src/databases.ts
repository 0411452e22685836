import { defineService } from "./service.ts";
import type { ServiceKey } from "./service.ts";

/** The databases of the configuration, for modes that run handlers. */
export interface Databases {
  /** In the order of the configuration. */
  readonly names: readonly string[];
  /** The database of this name; `undefined` when there is none. */
  find(name: string): Database | undefined;
}

/** One database. */
export interface Database {
  /**
   * Runs one statement.
   *
   * @param sql - the statement, with `$1`, `$2` … or `?` where values stand
   * @param binds - the values: what JSON can hold, dates, bytes and big integers
   * @throws BW_DATABASE_UNAVAILABLE, BW_DATABASE_BUSY, BW_DATABASE_TIMEOUT, BW_DATABASE_CONFLICT, BW_DATABASE_VALUE, BW_DATABASE_STATEMENT
   */
  query(sql: string, binds?: readonly unknown[], options?: DatabaseQueryOptions): Promise<DatabaseResult>;
}

/** How a statement is run. */
export interface DatabaseQueryOptions {
  /** Nobody waits for the answer any more: what has not begun does not begin. */
  readonly signal?: AbortSignal | undefined;
}

/** What a statement came to. */
export interface DatabaseResult {
  /** Values as JSON has them: big integers and decimals that a number cannot hold are texts, times are ISO 8601 in UTC. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that were read, or changed. */
  readonly rowCount: number;
}

/** What the mode with the databases offers to others. */
export const databasesService: ServiceKey<Databases> = defineService<Databases>("databases");
