import type { DialectName } from "../dialect.ts";
import type { Session } from "../engine.ts";
import { onceStatement } from "../statement.ts";

/** How one process at a time migrates a database. */
export interface MigrationLock {
  take(session: Session): Promise<void>;
  release(session: Session): Promise<void>;
  /** Begins a transaction. */
  readonly begin: string;
}

const run = async (session: Session, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) await session.run(onceStatement(text), []);
};

/** "backworks" as a number: the advisory lock of this database. */
const lockNumber = 7_074_946_227_313_907;

/** What limits a statement's time: MariaDB reads the one comment, MySQL the other. */
const limit = (value: string): string =>
  `/*M! max_statement_time = ${value} */ /*!50708 max_execution_time = ${value} */`;

/** Another process may take longer than a statement may, and so may a migration. */
const withoutLimit = [
  "SET @backworks_limit = /*M! @@max_statement_time */ /*!50708 @@max_execution_time */",
  `SET ${limit("0")}`,
];
const limitAgain = `SET ${limit("@backworks_limit")}`;

/** Locks of a server are shared by its databases. Their names have 64 characters at most, as those of databases have. */
const lockName = "CONCAT('backworks.', SHA1(DATABASE()))";

export const locks: Readonly<Record<DialectName, MigrationLock>> = {
  postgresql: {
    // Another process may take longer than a statement may.
    take: (session) => run(session, "SET statement_timeout = 0", `SELECT pg_advisory_lock(${lockNumber})`),
    release: (session) => run(session, `SELECT pg_advisory_unlock(${lockNumber})`, "RESET statement_timeout"),
    begin: "BEGIN",
  },
  mysql: {
    async take(session) {
      await run(session, ...withoutLimit);
      const { rows } = await session.run(onceStatement(`SELECT GET_LOCK(${lockName}, 86400) AS taken`, true), []);
      if (Number(rows[0]?.["taken"]) !== 1) throw new Error("another process migrates this database");
    },
    release: (session) => run(session, `SELECT RELEASE_LOCK(${lockName})`, limitAgain),
    begin: "START TRANSACTION",
  },
  sqlite: {
    // Whoever begins to write has the lock.
    take: async () => {},
    release: async () => {},
    begin: "BEGIN IMMEDIATE",
  },
};
