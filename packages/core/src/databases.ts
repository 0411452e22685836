import type { JsonValue } from "./exchange.ts";
import type { ServiceKey } from "./service.ts";
import { defineService } from "./service.ts";

/** Databases of the root key `databases:`, as handlers reach them. */
export interface Databases {
  /** In the order of the configuration. */
  readonly names: readonly string[];
  /** The database of this name; `undefined` when the configuration has none. */
  find(name: string): Database | undefined;
}

/** One database. */
export interface Database {
  /** Runs one statement. Values reach it as binds only, never as part of its text. */
  query(sql: string, binds?: Binds, options?: { readonly signal?: AbortSignal }): Promise<QueryResult>;
}

/** Values of a statement: in the order of its `?`, or by the name of its `:name`. */
export type Binds = readonly BindValue[] | Readonly<Record<string, BindValue>>;

/** A value that every database can bind. */
export type BindValue = null | boolean | number | bigint | string | Uint8Array;

/** What a statement came to. Made of plain data, so that it can cross to another thread or process. */
export interface QueryResult {
  /** Objects by column; empty for a statement that gives none. */
  readonly rows: readonly Readonly<Record<string, JsonValue>>[];
  /** Rows that were inserted, updated or deleted. */
  readonly changes: number;
}

/** Under which the mode that has `databases:` offers them. */
export const databasesService: ServiceKey<Databases> = defineService<Databases>("databases");
