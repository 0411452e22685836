import { BackworksError, isBackworksError } from "@backworks/core";
import type { Clock, MigrationState } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { Dialect } from "../dialect.ts";
import type { Session } from "../engine.ts";
import { explain } from "../failure.ts";
import { tellChange } from "../schema/channel.ts";
import { onceStatement } from "../statement.ts";
import type { Migration } from "./files.ts";
import { Ledger } from "./ledger.ts";
import type { Applied } from "./ledger.ts";
import { locks } from "./lock.ts";
import { splitScript } from "./split.ts";

/** What a migration is run on. */
export interface MigrationPlace {
  readonly database: OpenDatabase;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

/** How each migration stands, in the order of their names. Changes nothing. */
export async function readStates({ database, migrations }: MigrationPlace): Promise<readonly MigrationState[]> {
  const { engine } = database;
  return explained(database, () =>
    engine.alone(async (session) => {
      const applied = await readApplied(new Ledger(session, engine.dialect), engine.dialect);
      return compare(migrations, applied);
    }),
  );
}

/** A database that was never migrated has no ledger. */
async function readApplied(ledger: Ledger, dialect: Dialect): Promise<readonly Applied[]> {
  try {
    return await ledger.read();
  } catch (error) {
    if (dialect.explain(error).kind === "statement") return [];
    throw error;
  }
}

function compare(migrations: readonly Migration[], applied: readonly Applied[]): readonly MigrationState[] {
  const known = new Map(applied.map((one) => [one.name, one]));
  const own = migrations.map(({ name, checksum }): MigrationState => {
    const found = known.get(name);
    if (found === undefined) return { name, state: "pending", at: undefined };
    return { name, state: found.checksum === checksum ? "applied" : "changed", at: found.at };
  });
  const names = new Set(migrations.map(({ name }) => name));
  const missing = applied.filter(({ name }) => !names.has(name));
  const gone = missing.map(({ name, at }): MigrationState => ({ name, state: "missing", at }));
  return [...own, ...gone].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Runs what is pending, each migration in a transaction of its own; of several processes one runs it. Gives the names of those that it ran.
 *
 * @throws BW_DATABASE_MIGRATION, BW_DATABASE_UNAVAILABLE
 */
export function migrateUp(place: MigrationPlace): Promise<readonly string[]> {
  const { database, migrations, clock } = place;
  return locked(database, async (session, ledger) => {
    await ledger.make();
    refuseChanged(compare(migrations, await ledger.read()));
    const done: string[] = [];
    for (const migration of migrations) {
      const ran = await inTransaction(
        { name: migration.name, script: migration.up },
        { session, database },
        async () => {
          // Whoever had the lock before may have run it.
          if ((await ledger.read()).some(({ name }) => name === migration.name)) return false;
          await runScript(migration.up, session, database);
          await ledger.add({ ...migration, at: new Date(clock.now()).toISOString() });
          await tellChange(session, database.options);
          return true;
        },
      );
      if (ran) done.push(migration.name);
    }
    return done;
  });
}

/** Takes the last `steps` migrations back. Gives their names. @throws BW_DATABASE_MIGRATION, BW_DATABASE_UNAVAILABLE */
export function migrateDown({ database, migrations }: MigrationPlace, steps: number): Promise<readonly string[]> {
  return locked(database, async (session, ledger) => {
    await ledger.make();
    const applied = (await ledger.read()).toReversed().slice(0, steps);
    const done: string[] = [];
    for (const { name } of applied) {
      const migration = migrations.find((one) => one.name === name);
      if (migration === undefined) throw refusal(name, "it was run and there is no such file");
      if (migration.down === undefined) throw refusal(name, `there is no ${name}.down.sql to take it back with`);
      const { down } = migration;
      await inTransaction({ name, script: down }, { session, database }, async () => {
        await runScript(down, session, database);
        await ledger.remove(name);
        await tellChange(session, database.options);
        return true;
      });
      done.push(name);
    }
    return done;
  });
}

function refuseChanged(states: readonly MigrationState[]): void {
  const changed = states.find(({ state }) => state === "changed");
  if (changed !== undefined)
    throw refusal(changed.name, "its file is not what was run", "take the change back and write another migration");
}

function locked<T>(database: OpenDatabase, work: (session: Session, ledger: Ledger) => Promise<T>): Promise<T> {
  const { engine } = database;
  const lock = locks[engine.dialect.name];
  return explained(database, () =>
    engine.alone(async (session) => {
      await lock.take(session);
      try {
        return await work(session, new Ledger(session, engine.dialect));
      } finally {
        await lock.release(session);
      }
    }),
  );
}

/** What is run of a migration. */
interface Step {
  readonly name: string;
  readonly script: string;
}

interface Running {
  readonly session: Session;
  readonly database: OpenDatabase;
}

/** A file that begins with `-- no transaction` runs without one. */
async function inTransaction(
  { name, script }: Step,
  { session, database }: Running,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const plain = /^\s*--\s*no transaction\b/i.test(script);
  const { begin } = locks[database.engine.dialect.name];
  try {
    if (!plain) await session.run(onceStatement(begin), []);
    const ran = await work();
    if (!plain) await session.run(onceStatement("COMMIT"), []);
    return ran;
  } catch (error) {
    // What failed is told; that there may be nothing to take back is not.
    if (!plain) await session.run(onceStatement("ROLLBACK"), []).catch(() => {});
    throw database.engine.dialect.explain(error).kind === "lost" || isBackworksError(error)
      ? error
      : refusal(name, error instanceof Error ? error.message : String(error));
  }
}

async function runScript(script: string, session: Session, { engine }: OpenDatabase): Promise<void> {
  for (const text of splitScript(script, engine.dialect.lexicon)) await session.run(onceStatement(text), []);
}

async function explained<T>({ name, engine, options }: OpenDatabase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error, { database: name, dialect: engine.dialect, limit: String(options.statement_timeout) });
  }
}

function refusal(migration: string, problem: string, hint?: string): BackworksError {
  return new BackworksError("BW_DATABASE_MIGRATION", { migration, problem }, { hint });
}
