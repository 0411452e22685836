import { describe, expect, it } from "@jest/globals";
import { openTestDatabase } from "../test/open-database.ts";
import type { OwnDatabase } from "../test/open-database.ts";
import { postgresqlTools, startPostgresql } from "../test/own-postgresql.ts";
import { describeDatabases } from "../test/servers.ts";
import { defaultPool } from "./options/databases.ts";

/** Tries until it works. */
async function until<T>(attempt: () => Promise<T>): Promise<{ readonly result: T; readonly tookMs: number }> {
  const began = performance.now();
  for (;;) {
    try {
      return { result: await attempt(), tookMs: performance.now() - began };
    } catch (error) {
      if (performance.now() - began > 10_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const one = (database: OwnDatabase): Promise<unknown> => database.query("SELECT 1 AS one");

/** Ends every connection to a database but the one that asks. */
async function killOthers(killer: OwnDatabase, type: string): Promise<void> {
  if (type === "postgresql") {
    await killer.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    return;
  }
  const { rows } = await killer.query(
    "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()",
  );
  for (const { id } of rows) await killer.query(`KILL ${Number(id)}`).catch(() => {});
}

describeDatabases(
  "a server whose connections end",
  ({ type, url }) => {
    it("is asked again by what only reads, and none of that fails", async () => {
      await using database = await openTestDatabase({ type, url }, { pool: { ...defaultPool, max_connections: 4 } });
      await using killer = await database.another();
      await one(database);

      let failed = 0;
      const end = performance.now() + 600;
      const ask = async (): Promise<void> => {
        while (performance.now() < end) {
          try {
            await one(database);
          } catch {
            failed += 1;
          }
        }
      };
      const load = Promise.all([ask(), ask(), ask(), ask()]);
      await killOthers(killer, type);
      await load;

      expect(failed).toBe(0);
    });

    it("refuses at once who would wait too long or in too long a queue", async () => {
      const pool = { ...defaultPool, max_connections: 1, connection_timeout: "100ms", queue: 1 };
      await using database = await openTestDatabase({ type, url }, { pool });
      await one(database);

      let release = (): void => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const holding = database.engine.alone(() => held);
      const waiting = one(database);
      await expect(one(database)).rejects.toMatchObject({ code: "BW_DATABASE_BUSY", status: 503 });
      await expect(waiting).rejects.toMatchObject({ code: "BW_DATABASE_BUSY", headers: { "retry-after": "1" } });
      release();
      await holding;

      expect(await one(database)).toMatchObject({ rows: [{ one: 1 }] });
    });

    it("ends a statement that takes too long, and goes on", async () => {
      await using database = await openTestDatabase({ type, url }, { statement_timeout: "200ms" });
      const sleep =
        type === "postgresql" ? "SELECT pg_sleep(5)" : "SELECT SLEEP(5), count(*) FROM information_schema.TABLES";

      await expect(database.query(sleep)).rejects.toMatchObject({ code: "BW_DATABASE_TIMEOUT", status: 504 });
      expect(await one(database)).toMatchObject({ rows: [{ one: 1 }] });
    });
  },
  ["postgresql", "mysql"],
);

const canRestart = postgresqlTools !== undefined || process.env["CI"] === "true";

(canRestart ? describe : describe.skip)("a restart of the server (postgresql)", () => {
  it("is survived: 503 meanwhile, and back within two seconds", async () => {
    using server = await startPostgresql(postgresqlTools ?? "");
    await using database = await openTestDatabase({ type: "postgresql", url: server.url });
    await one(database);

    server.stop();
    await until(() => expect(one(database)).rejects.toMatchObject({ code: "BW_DATABASE_UNAVAILABLE", status: 503 }));
    const away = database.engine.health().status;
    server.start();
    const { tookMs } = await until(() => one(database));

    expect(away).toBe("unhealthy");
    expect(tookMs).toBeLessThan(2000);
    expect(database.engine.health().status).toBe("healthy");
  });
});

describeDatabases(
  "a file",
  (target) => {
    it("that another connection holds is 503 for writers and open for readers", async () => {
      const pool = { ...defaultPool, connection_timeout: "3s" };
      await using database = await openTestDatabase(target, { pool });
      await database.query("CREATE TABLE t (id integer PRIMARY KEY)");
      await database.query("SELECT count(*) AS n FROM t");
      await using other = await database.another();

      await other.engine.alone(async (session) => {
        await session.run({ name: "", text: "BEGIN IMMEDIATE", reads: false }, []);
        await expect(database.query("INSERT INTO t VALUES (1)")).rejects.toMatchObject({
          code: "BW_DATABASE_BUSY",
          status: 503,
        });
        expect(await database.query("SELECT count(*) AS n FROM t")).toMatchObject({ rows: [{ n: 0 }] });
        await session.run({ name: "", text: "ROLLBACK", reads: false }, []);
      });

      expect(await database.query("INSERT INTO t VALUES (1)")).toMatchObject({ rowCount: 1 });
    });

    it("that cannot grow is full for writers, and open for readers", async () => {
      await using database = await openTestDatabase(target);
      await database.query("CREATE TABLE t (bytes blob)");
      await database.query("PRAGMA max_page_count = 3");

      await expect(database.query("INSERT INTO t VALUES (zeroblob(100000))")).rejects.toMatchObject({
        code: "BW_DATABASE_FULL",
        status: 507,
      });
      expect(await database.query("SELECT count(*) AS n FROM t")).toMatchObject({ rows: [{ n: 0 }] });
    });

    it("that may only be read refuses changes and nothing else", async () => {
      await using database = await openTestDatabase(target);
      await database.query("CREATE TABLE t (id integer)");
      await database.engine.alone(async (session) => {
        await session.run({ name: "", text: "PRAGMA query_only = 1", reads: false }, []);
      });

      await expect(database.query("INSERT INTO t VALUES (1)")).rejects.toMatchObject({
        code: "BW_DATABASE_READ_ONLY",
        status: 503,
      });
      expect(await database.query("SELECT count(*) AS n FROM t")).toMatchObject({ rows: [{ n: 0 }] });
    });

    it("does not keep the event loop while a statement takes long", async () => {
      await using database = await openTestDatabase(target, { statement_timeout: "500ms" });
      const endless =
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000000) SELECT count(*) AS n FROM c";
      await one(database);

      const began = performance.now();
      const long = database.query(endless).catch((error: unknown) => error);
      await new Promise((resolve) => setImmediate(resolve));
      const turn = performance.now() - began;
      await long;

      expect(turn).toBeLessThan(200);
    });
  },
  ["sqlite"],
);
