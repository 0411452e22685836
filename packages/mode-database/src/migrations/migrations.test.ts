import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { startDatabase } from "../../test/database-rig.ts";
import { describeDatabases, uniqueName } from "../../test/servers.ts";
import { openTestDatabase } from "../../test/open-database.ts";
import { mysqlLexicon, postgresqlLexicon, sqliteLexicon } from "../sql/lexicon.ts";
import { listMigrations } from "./files.ts";
import type { Migration } from "./files.ts";
import { locks } from "./lock.ts";
import { migrateDown, migrateUp, readStates } from "./run.ts";
import { splitScript } from "./split.ts";

const clock = { now: () => Date.UTC(2026, 0, 31), monotonic: () => 0 };

function folderOf(files: Readonly<Record<string, string>>): { readonly migrations: readonly Migration[] } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "backworks-migrations-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { migrations: listMigrations(folder), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

describeDatabases(
  "the lock of migrations",
  (target) => {
    // MariaDB takes longer names than MySQL does.
    it("has a name of 64 characters at most, however long that of the database is", async () => {
      await using database = await openTestDatabase(target, {}, uniqueName("bw").padEnd(64, "x"));
      const texts: string[] = [];
      await locks.mysql.take({
        run: async ({ text }) => {
          texts.push(text);
          return { rows: [{ taken: 1 }], count: 1, gives: true };
        },
      });
      const [, name = ""] = /GET_LOCK\((.+), \d+\)/.exec(texts.join("; ")) ?? [];

      const { rows } = await database.query(`SELECT CHAR_LENGTH(${name}) AS length`);
      expect(rows[0]?.["length"]).toBeLessThanOrEqual(64);
    });
  },
  ["mysql"],
);

describeDatabases("migrations", (target) => {
  it("are run in order, once, and taken back from the last", async () => {
    await using database = await openTestDatabase(target);
    const table = uniqueName("m");
    using folder = folderOf({
      "0001_make.sql": `-- the first\nCREATE TABLE ${table} (id integer PRIMARY KEY);\nINSERT INTO ${table} VALUES (1);`,
      "0001_make.down.sql": `DROP TABLE ${table}`,
      "0002_more.sql": `INSERT INTO ${table} VALUES (2);`,
      "0002_more.down.sql": `DELETE FROM ${table} WHERE id = 2`,
    });
    const place = { database, migrations: folder.migrations, clock };

    expect(await readStates(place)).toEqual([
      { name: "0001_make", state: "pending", at: undefined },
      { name: "0002_more", state: "pending", at: undefined },
    ]);
    expect(await migrateUp(place)).toEqual(["0001_make", "0002_more"]);
    expect(await migrateUp(place)).toEqual([]);
    expect(await database.query(`SELECT id FROM ${table} ORDER BY id`)).toMatchObject({ rows: [{ id: 1 }, { id: 2 }] });
    expect(await migrateDown(place, 1)).toEqual(["0002_more"]);
    expect(await readStates(place)).toEqual([
      { name: "0001_make", state: "applied", at: "2026-01-31T00:00:00.000Z" },
      { name: "0002_more", state: "pending", at: undefined },
    ]);
  });

  it("are refused when a file is not what was run", async () => {
    await using database = await openTestDatabase(target);
    const table = uniqueName("m");
    using before = folderOf({ "0001_a.sql": `CREATE TABLE ${table} (id integer)` });
    using after = folderOf({ "0001_a.sql": `CREATE TABLE ${table} (id bigint)` });
    await migrateUp({ database, migrations: before.migrations, clock });

    const again = { database, migrations: after.migrations, clock };

    await expect(migrateUp(again)).rejects.toMatchObject({ code: "BW_DATABASE_MIGRATION" });
    expect(await readStates(again)).toMatchObject([{ state: "changed" }]);
  });

  it("stop at the first that fails, and say which it is", async () => {
    await using database = await openTestDatabase(target);
    const table = uniqueName("m");
    using folder = folderOf({
      "0001_good.sql": `CREATE TABLE ${table} (id integer)`,
      "0002_bad.sql": `INSERT INTO ${table} VALUES (1); INSERT INTO nowhere VALUES (1)`,
      "0003_never.sql": "SELECT 1",
    });
    const place = { database, migrations: folder.migrations, clock };

    await expect(migrateUp(place)).rejects.toMatchObject({
      code: "BW_DATABASE_MIGRATION",
      details: { migration: "0002_bad" },
    });
    expect((await readStates(place)).map(({ state }) => state)).toEqual(["applied", "pending", "pending"]);
    expect((await database.query(`SELECT id FROM ${table}`)).rows).toEqual([]);
  });

  it("are taken back without a transaction where that file says so", async () => {
    await using database = await openTestDatabase(target);
    const table = uniqueName("m");
    // MySQL has nothing that a transaction refuses.
    const alone = target.type === "mysql" ? "SELECT 1" : "VACUUM";
    using folder = folderOf({
      "0001_make.sql": `CREATE TABLE ${table} (id integer)`,
      "0001_make.down.sql": `-- no transaction\nDROP TABLE ${table};\n${alone};`,
    });
    const place = { database, migrations: folder.migrations, clock };
    await migrateUp(place);

    expect(await migrateDown(place, 1)).toEqual(["0001_make"]);
  });

  it("are run by one of several processes that begin at once", async () => {
    await using first = await openTestDatabase(target);
    await using second = await first.another();
    const table = uniqueName("m");
    using folder = folderOf({
      "0001_make.sql": `CREATE TABLE ${table} (id integer PRIMARY KEY)`,
      "0002_fill.sql": `INSERT INTO ${table} VALUES (1)`,
    });

    const ran = await Promise.all(
      [first, second].map((database) => migrateUp({ database, migrations: folder.migrations, clock })),
    );

    expect(ran.flat().toSorted()).toEqual(["0001_make", "0002_fill"]);
  });

  it("are run where the name of the database is as long as it can be", async () => {
    const name = uniqueName("bw").padEnd(target.type === "mysql" ? 64 : 63, "x");
    await using database = await openTestDatabase(target, {}, name);
    using folder = folderOf({ "0001_a.sql": "CREATE TABLE a (id integer)" });

    await expect(migrateUp({ database, migrations: folder.migrations, clock })).resolves.toEqual(["0001_a"]);
  });

  it("wait for another process for longer than a statement may take, which holds again afterwards", async () => {
    // It waits as any other who writes to its file.
    if (target.type === "sqlite") return;
    const sleep = target.type === "mysql" ? "SELECT SLEEP(2) AS s" : "SELECT pg_sleep(2)";
    await using database = await openTestDatabase(target, { statement_timeout: "300ms" });
    await using other = await database.another();
    using folder = folderOf({ "0001_a.sql": "CREATE TABLE a (id integer)" });
    const lock = locks[target.type];

    let running: Promise<readonly string[]> | undefined;
    await other.engine.alone(async (session) => {
      await lock.take(session);
      running = migrateUp({ database, migrations: folder.migrations, clock });
      await new Promise((resolve) => setTimeout(resolve, 700));
      await lock.release(session);
    });

    await expect(running).resolves.toEqual(["0001_a"]);
    await expect(database.query(sleep)).rejects.toMatchObject({ code: "BW_DATABASE_TIMEOUT" });
  });

  it("are run by a start when the configuration says so", async () => {
    const table = uniqueName("m");
    await using own = await openTestDatabase(target);
    await using rig = await startDatabase(
      target.type === "sqlite" ? target : { ...target, url: own.url },
      `endpoints:\n  a: { path: /a, database: { query: "SELECT id FROM ${table}" } }\n`,
      {
        settings: "migrations: { dir: sql, auto: true }",
        files: { "sql/1_a.sql": `CREATE TABLE ${table} (id integer); INSERT INTO ${table} VALUES (5);` },
      },
    );

    expect(await rig.ask("GET", "/a")).toMatchObject({ status: 200, body: [{ id: 5 }] });
  });
});

describe("a script", () => {
  it.each([
    ["texts and comments", "SELECT ';'; -- a;b\nSELECT 2 /* ; */;", postgresqlLexicon, 2],
    ["dollar quotes", "DO $$ BEGIN NULL; END $$; SELECT 1", postgresqlLexicon, 2],
    [
      "triggers",
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END; SELECT 1;",
      sqliteLexicon,
      2,
    ],
    ["procedures", "CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; SELECT 2; END; SELECT 3", mysqlLexicon, 2],
    ["nothing but comments", "-- nothing\n;;", sqliteLexicon, 0],
  ] as const)("is cut into statements in spite of %s", (...[, script, lexicon, count]) => {
    expect(splitScript(script, lexicon)).toHaveLength(count);
  });
});
