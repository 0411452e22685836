import type { JsonValue } from "./exchange.ts";
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

/** Looks after the databases of the configuration, for commands. */
export interface DatabaseUpkeep {
  /** In the order of the configuration. */
  readonly names: readonly string[];
  /** How each migration of a database stands. Changes nothing. @throws BW_DATABASE_UNAVAILABLE */
  states(database: string): Promise<readonly MigrationState[]>;
  /** Runs what is pending; gives the names of what was run. @throws BW_DATABASE_MIGRATION, BW_DATABASE_UNAVAILABLE */
  up(database: string): Promise<readonly string[]>;
  /** Takes the last `steps` migrations back; gives their names. @throws BW_DATABASE_MIGRATION, BW_DATABASE_UNAVAILABLE */
  down(database: string, steps: number): Promise<readonly string[]>;
  /** Writes empty files for a migration; gives their absolute paths. */
  create(database: string, title: string): readonly string[];
  /** Fills tables that are empty with the rows of their endpoints' seeds. @throws BW_DATABASE_UNAVAILABLE, BW_DATABASE_VALUE, … */
  seed(database: string): Promise<readonly SeededTable[]>;
  /** Statements that make tables, those that others refer to first, and that take them away. @throws BW_DATABASE_TABLE_EXISTS, BW_DATABASE_UNAVAILABLE */
  design(database: string, tables: readonly NewTable[]): Promise<TableDesign>;
  /** Fills tables that are empty, in the order in which they are given: all of them or, when a row is refused, none. @throws BW_DATABASE_VALUE, … */
  fill(database: string, tables: readonly TableRows[]): Promise<readonly SeededTable[]>;
}

/** A table that is to be made. */
export interface NewTable {
  /** Its name. */
  readonly name: string;
  /** By name, in their order. */
  readonly columns: Readonly<Record<string, NewColumn>>;
}

/** A column that is to be made. */
export interface NewColumn {
  /** What it holds. */
  readonly type: NewColumnType;
  /** Whether it tells rows apart; a whole number that does counts up by itself. */
  readonly primaryKey?: boolean;
  /** Whether there must be a value. */
  readonly required?: boolean;
  /** Value of a row that says none: `uuid()` makes one. */
  readonly default?: JsonValue;
  /** Table and column whose value it holds: `suppliers.id`. */
  readonly references?: string;
  /** What its values must be. */
  readonly check?: ColumnCheck;
}

/** What a column holds. */
export type NewColumnType =
  | "integer"
  | "bigint"
  | "decimal"
  | "float"
  | "boolean"
  | "string"
  | "text"
  | "date"
  | "timestamp"
  | "json"
  | "uuid";

/** Rules for the values of a column; nothing is a value that keeps them all. */
export interface ColumnCheck {
  /** The least number. */
  readonly minimum?: number | undefined;
  /** The largest number. */
  readonly maximum?: number | undefined;
  /** A number that is more than this. */
  readonly above?: number | undefined;
  /** A number that is less than this. */
  readonly below?: number | undefined;
  /** Characters at least. */
  readonly minLength?: number | undefined;
  /** Characters at most. */
  readonly maxLength?: number | undefined;
  /** One of these, and nothing else. */
  readonly among?: readonly (string | number)[] | undefined;
}

/** How tables are made. */
export interface TableDesign {
  /** One statement after another. */
  readonly up: readonly string[];
  /** Takes them away again. */
  readonly down: readonly string[];
}

/** Rows for a table. */
export interface TableRows {
  /** Its name. */
  readonly table: string;
  /** By column. */
  readonly rows: readonly Readonly<Record<string, JsonValue | undefined>>[];
}

/** How a migration stands. */
export interface MigrationState {
  /** Name of its file without the ending. */
  readonly name: string;
  /** `changed`: its file is not what was run. `missing`: it was run and has no file. */
  readonly state: "applied" | "pending" | "changed" | "missing";
  /** When it was run; ISO 8601. */
  readonly at: string | undefined;
}

/** What became of a table's seed. */
export interface SeededTable {
  /** Its name. */
  readonly table: string;
  /** Rows that were added; 0 for a table that had some. */
  readonly rows: number;
}

/** What the mode with the databases offers to commands. */
export const databaseUpkeepService: ServiceKey<DatabaseUpkeep> = defineService<DatabaseUpkeep>("database-upkeep");
