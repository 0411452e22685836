import { expect, it } from "@jest/globals";
import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "@backworks/core/testing";
import { openTestDatabase } from "../../test/open-database.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import { describeDatabases } from "../../test/servers.ts";
import { migrateUp } from "../migrations/run.ts";

async function columnsOf(database: OwnDatabase, table: string): Promise<readonly string[] | undefined> {
  const columns = (await database.schema.get()).table(table)?.columns;
  return columns && [...columns.keys()];
}

/** What is found at last: looks again and again, for ten seconds at most. */
async function eventually<T>(look: () => Promise<T>, wanted: T): Promise<T> {
  let found = await look();
  for (let left = 200; left > 0 && JSON.stringify(found) !== JSON.stringify(wanted); left -= 1) {
    await wait(50);
    found = await look();
  }
  return found;
}

describeDatabases("what is known of a database", (target) => {
  it("is read once, without a promise from then on, and again when it is asked to", async () => {
    await using database = await openTestDatabase(target, { schema_channel: false });
    await database.query("CREATE TABLE a (id integer PRIMARY KEY)");

    const [one, other] = await Promise.all([database.schema.get(), database.schema.get()]);

    expect(other).toBe(one);
    expect(database.schema.get()).toBe(one);
    expect(await database.schema.refresh()).toBe(one);
    await database.query("ALTER TABLE a ADD COLUMN b integer");
    expect(await columnsOf(database, "a")).toEqual(["id"]);
    await database.schema.refresh();
    expect(await columnsOf(database, "a")).toEqual(["id", "b"]);
  });
});

describeDatabases(
  "a change that the database tells",
  (target) => {
    it("is read by itself, as PostgREST's is, and after an interruption", async () => {
      await using database = await openTestDatabase(target, { schema_channel: 'odd "name"' });
      await database.query("CREATE TABLE a (id integer PRIMARY KEY)");
      await columnsOf(database, "a");
      const tell = async (payload: string): Promise<void> =>
        void (await database.query("SELECT pg_notify($1, $2)", ['odd "name"', payload]));
      const ours = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
      expect(await eventually(async () => (await database.query(ours)).rows.length, 1)).toEqual(1);

      await database.query("ALTER TABLE a ADD COLUMN b integer");
      await tell("reload config");
      await wait(200);
      expect(await columnsOf(database, "a")).toEqual(["id"]);
      await tell("reload schema");
      expect(await eventually(() => columnsOf(database, "a"), ["id", "b"])).toEqual(["id", "b"]);

      await database.query("ALTER TABLE a ADD COLUMN c integer");
      await database.query(`SELECT pg_terminate_backend(pid) FROM (${ours}) l`);
      expect(await eventually(() => columnsOf(database, "a"), ["id", "b", "c"])).toEqual(["id", "b", "c"]);

      await database.query("ALTER TABLE a ADD COLUMN d integer");
      await Promise.all(Array.from({ length: 20 }, () => tell("")));
      expect(await eventually(() => columnsOf(database, "a"), ["id", "b", "c", "d"])).toEqual(["id", "b", "c", "d"]);

      const migration = { name: "1", up: "ALTER TABLE a ADD COLUMN e integer", down: undefined, checksum: "x" };
      await migrateUp({ database, migrations: [migration], clock: systemClock });
      expect(await eventually(() => columnsOf(database, "a"), ["id", "b", "c", "d", "e"])).toEqual([
        "id",
        "b",
        "c",
        "d",
        "e",
      ]);

      database.schema.close();
      expect(await eventually(async () => (await database.query(ours)).rows.length, 0)).toEqual(0);
    });

    it("is not waited for where the configuration says so, nor before anybody needs to know", async () => {
      await using silent = await openTestDatabase(target, { schema_channel: false });
      await silent.schema.get();
      await using unasked = await openTestDatabase(target);
      const listening =
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";

      expect((await silent.query(listening)).rows).toEqual([{ n: 0 }]);
      expect((await unasked.query(listening)).rows).toEqual([{ n: 0 }]);
    });
  },
  ["postgresql"],
);
