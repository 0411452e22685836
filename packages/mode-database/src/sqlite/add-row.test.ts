import { statSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { openTestDatabase } from "../../test/open-database.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import { onceStatement, toStatement } from "../statement.ts";
import type { Result } from "../engine.ts";

const makeThings = "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE)";
const insert = { ...toStatement("INSERT INTO things (name) VALUES (?) RETURNING id", false), adds: "things" };

async function openThings(...statements: readonly string[]): Promise<OwnDatabase> {
  const database = await openTestDatabase({ type: "sqlite", url: undefined });
  for (const statement of [makeThings, ...statements]) await database.run(onceStatement(statement), []);
  return database;
}

function add(database: OwnDatabase, name: string): Result | Promise<Result> {
  return database.engine.run(insert, [name]);
}

describe("a row that is added to SQLite", () => {
  it("is stored where the request is, and others see it", async () => {
    await using database = await openThings();
    await using other = await database.another();

    const added = add(database, "a");

    expect(added).toEqual({ rows: [{ id: 1 }], count: 1, gives: true });
    expect((await other.query("SELECT name FROM things")).rows).toEqual([{ name: "a" }]);
  });

  it("is refused there as it is in a thread", async () => {
    await using database = await openThings();
    await add(database, "a");

    expect(() => add(database, "a")).toThrow("UNIQUE constraint failed: things.name");
    expect(await add(database, "b")).toMatchObject({ rows: [{ id: 2 }] });
  });

  it.each([
    [
      "sets off a trigger",
      "CREATE TRIGGER after_it AFTER INSERT ON Things BEGIN DELETE FROM things WHERE id < 0; END",
      "a",
    ],
    ["is large", "SELECT 1", "x".repeat(70_000)],
  ])("is stored in a thread when it %s", async (_why, statement, name) => {
    await using database = await openThings(statement);

    const added = add(database, name);

    expect(added).toBeInstanceOf(Promise);
    expect(await added).toMatchObject({ rows: [{ id: 1 }] });
  });

  it("waits in a thread for whoever has the lock", async () => {
    await using database = await openThings();
    await using other = await database.another();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await add(database, "a");
    let locked = (): void => {};
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const holding = other.engine.alone(async (session) => {
      await session.run(onceStatement("BEGIN IMMEDIATE"), []);
      locked();
      await held;
      await session.run(onceStatement("COMMIT"), []);
    });
    await isLocked;

    const added = add(database, "b");
    release();
    await holding;

    expect(added).toBeInstanceOf(Promise);
    expect(await added).toMatchObject({ rows: [{ id: 2 }] });
  });

  it("leaves a log that does not grow", async () => {
    await using database = await openThings();

    for (let index = 0; index < 2_000; index += 1) await add(database, `thing ${index}`);

    // Each row writes two pages or more.
    expect(statSync(`${database.url}-wal`).size).toBeLessThan(6_000_000);
    expect((await database.query("SELECT count(*) AS n FROM things")).rows).toEqual([{ n: 2_000 }]);
  });
});
