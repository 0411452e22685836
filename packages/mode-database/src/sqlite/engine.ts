import type { MaybePromise, ModeHealth, Scheduler } from "@backworks/core";
import type { Engine, Result, Session, Statement } from "../engine.ts";
import type { Pool } from "../pool/pool.ts";
import type { SqlConnection } from "../pool/pooled-engine.ts";
import { numberOf, sqlite } from "./dialect.ts";
import { isLookUp } from "./look-up.ts";
import type { SqliteSession } from "./session.ts";

/** What an engine over SQLite is made of. */
export interface SqliteParts {
  /** The one connection that writes. */
  readonly writer: Pool<SqlConnection>;
  /** Connections that read; the writer itself for a database in memory. */
  readonly readers: Pool<SqlConnection>;
  /** Opens a connection in this thread; `undefined` where there can be none. */
  readonly openHere: (() => SqliteSession) | undefined;
  readonly scheduler: Scheduler;
  /** Longest time of one statement in a thread, in milliseconds; 0 for no limit. */
  readonly statementMs: number;
}

/** SQLITE_INTERRUPT */
const interrupted = 9;
const locked: ReadonlySet<number> = new Set([5, 6]);

/** SQLite: look-ups by key run here, everything else in threads. */
export class SqliteEngine implements Engine {
  readonly dialect = sqlite;
  readonly #parts: SqliteParts;
  #here: SqliteSession | undefined;
  readonly #lookUps = new WeakMap<Statement, boolean>();

  constructor(parts: SqliteParts) {
    this.#parts = parts;
  }

  run(statement: Statement, binds: readonly unknown[], signal?: AbortSignal): MaybePromise<Result> {
    return this.#runHere(statement, binds) ?? this.#runThere(statement, binds, signal);
  }

  alone<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#parts.writer.use(work, { alone: true });
  }

  start(): void {
    this.#parts.writer.start();
  }

  health(): ModeHealth {
    const { failure, numbers } = this.#parts.writer;
    if (failure === undefined || numbers.connections > 0) return { status: "healthy" };
    return { status: "unhealthy", message: "its file cannot be opened" };
  }

  async close(): Promise<void> {
    this.#here?.file.close();
    this.#here = undefined;
    await Promise.all([this.#parts.readers.close(), this.#parts.writer.close()]);
  }

  /** `undefined` for what is no look-up, and when a lock is in the way. */
  #runHere(statement: Statement, binds: readonly unknown[]): Result | undefined {
    if (!statement.reads || this.#lookUps.get(statement) === false) return undefined;
    try {
      const session = this.#session();
      if (session === undefined || !this.#isLookUp(statement, binds.length)) return undefined;
      return session.run(statement, binds);
    } catch (error) {
      if (typeof error === "object" && error !== null && locked.has(numberOf(error) % 256)) return undefined;
      throw error;
    }
  }

  /** Once a thread has made the file. */
  #session(): SqliteSession | undefined {
    const { writer, openHere } = this.#parts;
    if (this.#here !== undefined || openHere === undefined || writer.numbers.connections === 0) return this.#here;
    this.#here = openHere();
    return this.#here;
  }

  #isLookUp(statement: Statement, binds: number): boolean {
    const known = this.#lookUps.get(statement);
    if (known !== undefined) return known;
    const found = statement.name !== "" && this.#explains(statement, binds);
    this.#lookUps.set(statement, found);
    return found;
  }

  /** On a connection of its own: one that has explained a plan may go on seeing the file as it was then. */
  #explains({ text }: Statement, binds: number): boolean {
    const session = this.#parts.openHere?.();
    if (session === undefined) return false;
    try {
      return isLookUp(session, text, binds);
    } finally {
      session.file.close();
    }
  }

  #runThere(statement: Statement, binds: readonly unknown[], signal: AbortSignal | undefined): Promise<Result> {
    const { readers, writer } = this.#parts;
    const pool = statement.reads ? readers : writer;
    return pool.use((connection) => this.#inTime(connection, connection.run(statement, binds)), { signal });
  }

  /** A statement that takes too long cannot be called back: its thread ends as soon as it can, and another takes its place. */
  async #inTime(connection: SqlConnection, running: Promise<Result>): Promise<Result> {
    const { scheduler, statementMs } = this.#parts;
    if (statementMs === 0) return running;
    let cancel: (() => void) | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = scheduler.after(statementMs, () => {
        void connection.close();
        reject(Object.assign(new Error("the statement took too long"), { errcode: interrupted }));
      });
    });
    running.catch(() => {});
    try {
      return await Promise.race([running, late]);
    } finally {
      cancel?.();
    }
  }
}
