import { isBackworksError } from "@backworks/core";
import type { OpenDatabase } from "../../databases.ts";
import type { DialectName } from "../../dialect.ts";
import type { Result, Session, Statement } from "../../engine.ts";
import { onceStatement } from "../../statement.ts";

/** Runs a statement of a transaction. Its errors are the driver's. */
export type Run = (statement: Statement, binds: readonly unknown[]) => Promise<Result>;

/** What a transaction came to. */
export interface Ended<T> {
  readonly value: T;
  /** Whether what it did stays. */
  readonly keep: boolean;
}

/** How a transaction is run. */
export interface TransactOptions {
  /**
   * `row`: rows are locked by what reads them first. `rows`: what was read stays true until the end, or the transaction is refused; then it
   * begins again as one that locks.
   */
  readonly isolation: "row" | "rows";
  /** Whether another row of the same key, stored meanwhile, is a reason to begin again. */
  readonly repeatsConflicts?: boolean;
}

/** Times a transaction begins that others keep from its end. */
const mostAttempts = 3;

/** What somebody else did meanwhile: the transaction begins again. */
export class Overtaken extends Error {}

/** Does all of something, or nothing of it. */
export async function transact<T>(
  { engine }: OpenDatabase,
  options: TransactOptions,
  work: (run: Run, locks: boolean) => Promise<Ended<T>>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const isolation = attempt === 1 ? options.isolation : "row";
      return await engine.alone((session) => once(session, engine.dialect.name, { isolation, work }));
    } catch (error) {
      if (attempt === mostAttempts || !mayRepeat(error, options)) throw error;
    }
  }

  function mayRepeat(error: unknown, { repeatsConflicts = false }: TransactOptions): boolean {
    if (error instanceof Overtaken) return true;
    if (isBackworksError(error)) return false;
    const { kind } = engine.dialect.explain(error);
    // SQLite has waited for its lock already.
    return (kind === "busy" && engine.dialect.name !== "sqlite") || (kind === "unique" && repeatsConflicts);
  }
}

interface Once<T> {
  readonly isolation: TransactOptions["isolation"];
  readonly work: (run: Run, locks: boolean) => Promise<Ended<T>>;
}

async function once<T>(session: Session, dialect: DialectName, { isolation, work }: Once<T>): Promise<T> {
  const begun = Promise.all(beginnings[dialect][isolation].map((statement) => session.run(statement, [])));
  // Whoever waits for it is told; nobody may.
  begun.catch(() => {});
  // A server takes what follows in its order; the lock of SQLite may not be had, and then nothing may follow.
  if (dialect === "sqlite") await begun;
  try {
    const { value, keep } = await work((statement, binds) => session.run(statement, binds), isolation === "row");
    await begun;
    await session.run(keep ? commit : rollback, []);
    return value;
  } catch (error) {
    // What failed is told; that there may be nothing to take back is not.
    await session.run(rollback, []).catch(() => {});
    throw error;
  }
}

const commit = onceStatement("COMMIT");
const rollback = onceStatement("ROLLBACK");

const beginnings: Readonly<Record<DialectName, Record<TransactOptions["isolation"], readonly Statement[]>>> = {
  postgresql: {
    row: [onceStatement("BEGIN ISOLATION LEVEL READ COMMITTED")],
    rows: [onceStatement("BEGIN ISOLATION LEVEL REPEATABLE READ")],
  },
  mysql: {
    row: [onceStatement("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"), onceStatement("START TRANSACTION")],
    rows: [onceStatement("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), onceStatement("START TRANSACTION")],
  },
  sqlite: { row: [onceStatement("BEGIN IMMEDIATE")], rows: [onceStatement("BEGIN IMMEDIATE")] },
};

/** Runs the same statement for many, sent ahead of each other; the first that fails is the one that is told. */
export async function runAll(
  run: Run,
  statement: Statement,
  binds: readonly (readonly unknown[])[],
): Promise<readonly Result[]> {
  const [only] = binds;
  if (only !== undefined && binds.length === 1) return [await run(statement, only)];
  const results: Result[] = [];
  for (let from = 0; from < binds.length; from += mostAhead) {
    const part = await Promise.allSettled(binds.slice(from, from + mostAhead).map((one) => run(statement, one)));
    for (const one of part) {
      if (one.status === "rejected") throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}

/** Statements that are sent before the first is answered. */
const mostAhead = 100;
