import type { MaybePromise, ModeHealth, Scheduler } from "@backworks/core";
import type { Engine, Result, Session, Statement } from "../engine.ts";
import type { Pool } from "../pool/pool.ts";
import type { SqlConnection } from "../pool/pooled-engine.ts";
import { onceStatement } from "../statement.ts";
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

/** Characters and bytes of a row that is added here at most. */
const smallRow = 65_536;

/** Rows that are added here before the log is put into the file: it has about a thousand pages then, as SQLite itself lets it have. */
const mostLogged = 400;

const checkpoint = onceStatement("PRAGMA wal_checkpoint(PASSIVE)");

/** SQLite: look-ups by key, small pages of an index and single new rows run here, everything else in threads. */
export class SqliteEngine implements Engine {
  readonly dialect = sqlite;
  readonly #parts: SqliteParts;
  #here: SqliteSession | undefined;
  readonly #reaches = new WeakMap<Statement, Reach>();
  #logged = 0;
  /** Whether a thread puts the log into the file. */
  #isTidying = false;

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
    if (!statement.reads && (statement.adds === undefined || this.#isTidying)) return undefined;
    try {
      const session = this.#session();
      if (session === undefined) return undefined;
      const reach = this.#reaches.get(statement) ?? this.#reach(statement, binds.length);
      return isShort(reach, statement, binds) ? this.#runOn(session, statement, binds) : undefined;
    } catch (error) {
      if (isLocked(error)) return undefined;
      throw error;
    }
  }

  #runOn(session: SqliteSession, statement: Statement, binds: readonly unknown[]): Result {
    // The rows of a page are one text.
    if (statement.byKey === true || statement.page !== undefined) return session.first(statement, binds);
    const result = session.run(statement, binds);
    if (!statement.reads) this.#tidyLog();
    return result;
  }

  /**
   * Has the thread that writes put into the file what was logged here, which waits for the disk. Rows that come meanwhile are added behind it:
   * the first write after it waits for the disk, too.
   *
   * Source: https://www.sqlite.org/wal.html, 2.3.
   */
  #tidyLog(): void {
    this.#logged += 1;
    if (this.#logged < mostLogged) return;
    this.#logged = 0;
    this.#isTidying = true;
    const end = (): void => {
      this.#isTidying = false;
    };
    // Whether or not it can: the next time is soon, and the last connection does it when it closes.
    this.#parts.writer.use((connection) => connection.run(checkpoint, [])).then(end, end);
  }

  /** Once a thread has made the file. */
  #session(): SqliteSession | undefined {
    const { writer, openHere } = this.#parts;
    if (this.#here !== undefined || openHere === undefined || writer.numbers.connections === 0) return this.#here;
    this.#here = openHere();
    // That waits for the disk: see `#tidyLog`.
    this.#here.file.exec("PRAGMA wal_autocheckpoint = 0");
    return this.#here;
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

function isLocked(error: unknown): boolean {
  return typeof error === "object" && error !== null && locked.has(numberOf(error) % 256);
}

function isShort(reach: Reach, statement: Statement, binds: readonly unknown[]): boolean {
  if (reach === "row") return sizeOf(binds) <= smallRow;
  if (reach !== "page") return reach === "key";
  let rows = 0;
  for (const size of statement.page?.sizes ?? []) rows += Number(binds[size]);
  return rows <= smallPage;
}

function sizeOf(binds: readonly unknown[]): number {
  let size = 0;
  for (const bind of binds) if (typeof bind === "string" || bind instanceof Uint8Array) size += bind.length;
  return size;
}
