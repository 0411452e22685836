import type { MaybePromise, ModeHealth } from "@backworks/core";
import type { Dialect } from "./dialect.ts";

/** One statement, compiled when the configuration was loaded. */
export interface Statement {
  /** The same for the same text; empty for one that is not worth preparing. */
  readonly name: string;
  readonly text: string;
  /** Whether it changes nothing, so that it may run twice. */
  readonly reads: boolean;
  /** Of one that reads a page of one table. */
  readonly page?: PageOfTable | undefined;
  /** Whether it reads a row by the key of its table. */
  readonly byKey?: boolean | undefined;
  /** Table that it adds one row of values to, where it does nothing else. */
  readonly adds?: string | undefined;
}

/** What tells whether a page costs no more than its rows, when an index has them in their order. */
export interface PageOfTable {
  /** Conditions that rows must meet: each has to be a term of the index. */
  readonly conditions: number;
  /** Which binds say how many rows are read, and how many are passed over. */
  readonly sizes: readonly number[];
}

/** What a statement came to. */
export interface Result {
  /** Made of JSON. */
  readonly rows: readonly Row[];
  /** Rows that were read, or changed. */
  readonly count: number;
  /** Whether the statement gives rows at all. */
  readonly gives: boolean;
}

export type Row = Readonly<Record<string, unknown>>;

/** Runs statements, one after another, on one connection. */
export interface Session {
  run(statement: Statement, binds: readonly unknown[]): Promise<Result>;
}

/** An open database. */
export interface Engine {
  readonly dialect: Dialect;
  /** Runs one statement; its errors are the driver's. What does not wait creates no promise. */
  run(statement: Statement, binds: readonly unknown[], signal?: AbortSignal): MaybePromise<Result>;
  /** Gives one connection to `work` alone. */
  alone<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Begins to connect, and waits for nothing. */
  start(): void;
  health(): ModeHealth;
  /** Has somebody told what is said on a channel, until the result is called; `undefined` where databases say nothing. */
  readonly listen?: ((channel: string, told: (payload: string) => void) => () => void) | undefined;
  close(): Promise<void>;
}
