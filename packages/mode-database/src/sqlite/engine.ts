import type { MaybePromise, ModeHealth, Scheduler } from "@backworks/core";
import type { Engine, Result, Session, Statement } from "../engine.ts";
import type { Pool } from "../pool/pool.ts";
import type { SqlConnection } from "../pool/pooled-engine.ts";
import { numberOf, sqlite } from "./dialect.ts";
import { reachOf } from "./look-up.ts";
import type { Reach } from "./look-up.ts";
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

/** Rows that are read or passed over here at most. */
const smallPage = 200;

/** SQLite: look-ups by key and small pages of an index run here, everything else in threads. */
export class SqliteEngine implements Engine {
  readonly dialect = sqlite;
  readonly #parts: SqliteParts;
  #here: SqliteSession | undefined;
  readonly #reaches = new WeakMap<Statement, Reach>();

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

  /** `undefined` for what may take long, and when a lock is in the way. */
  #runHere(statement: Statement, binds: readonly unknown[]): Result | undefined {
    if (!statement.reads || this.#reaches.get(statement) === "unknown") return undefined;
    try {
      const session = this.#session();
      if (session === undefined || !this.#isShort(statement, binds)) return undefined;
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

  #isShort(statement: Statement, binds: readonly unknown[]): boolean {
    const reach = this.#reaches.get(statement) ?? this.#reach(statement, binds.length);
    if (reach !== "page") return reach === "key";
    let rows = 0;
    for (const size of statement.page?.sizes ?? []) rows += Number(binds[size]);
    return rows <= smallPage;
  }

  #reach(statement: Statement, binds: number): Reach {
    const reach = statement.name === "" ? "unknown" : this.#explain(statement, binds);
    this.#reaches.set(statement, reach);
    return reach;
  }

  /** On a connection of its own: one that has explained a plan may go on seeing the file as it was then. */
  #explain(statement: Statement, binds: number): Reach {
    const session = this.#parts.openHere?.();
    if (session === undefined) return "unknown";
    try {
      return reachOf(session, statement, binds);
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
