import { expect, it } from "@jest/globals";
import type { NewTable } from "@backworks/core";
import { openTestDatabase } from "../../test/open-database.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import { describeDatabases } from "../../test/servers.ts";
import { seedTables } from "../seed.ts";
import { designTables } from "./design.ts";

const books: NewTable = {
  name: "books",
  columns: {
    id: { type: "integer", primaryKey: true },
    title: { type: "text", required: true, check: { minLength: 2, maxLength: 20 } },
    author: { type: "string", references: "authors.id" },
    pages: { type: "integer", check: { minimum: 1, below: 10_000 } },
    state: { type: "text", check: { among: ["new", "it's old"] } },
    facts: { type: "json" },
    at: { type: "timestamp" },
  },
};

const authors: NewTable = {
  name: "authors",
  columns: { id: { type: "string", primaryKey: true, default: "uuid()" }, name: { type: "text" } },
};

async function run(database: OwnDatabase, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await database.query(sql);
}

describeDatabases("tables by design", (target) => {
  it("are made after those that they refer to, filled in that order, and taken away", async () => {
    await using database = await openTestDatabase(target);
    const design = await designTables(database, [books, authors]);
    await run(database, design.up);

    const filled = await seedTables(database, [
      {
        table: "books",
        rows: [{ id: 7, title: "Cosmicomics", author: "c", facts: { a: 1 }, at: "2026-01-31T14:00:00.123456+02:00" }],
      },
      { table: "authors", rows: [{ id: "c", name: "Calvino" }] },
    ]);

    expect(filled.toSorted((one, other) => (one.table < other.table ? -1 : 1))).toEqual([
      { table: "authors", rows: 1 },
      { table: "books", rows: 1 },
    ]);
    expect((await database.query("SELECT at FROM books")).rows).toEqual([{ at: "2026-01-31T12:00:00.123456Z" }]);
    await run(database, design.down);
    await expect(database.query("SELECT id FROM books")).rejects.toMatchObject({ code: "BW_DATABASE_STATEMENT" });
  });

  it("count on from the rows that they were filled with, and make keys", async () => {
    await using database = await openTestDatabase(target);
    await run(database, (await designTables(database, [books, authors])).up);
    await seedTables(database, [{ table: "books", rows: [{ id: 7, title: "Cosmicomics" }] }]);

    await database.query("INSERT INTO books (title) VALUES ('Marcovaldo')");
    await database.query("INSERT INTO authors (name) VALUES ('Calvino')");

    expect((await database.query("SELECT id FROM books ORDER BY id")).rows).toEqual([{ id: 7 }, { id: 8 }]);
    expect((await database.query("SELECT id FROM authors")).rows).toEqual([
      { id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
  });

  it.each([
    ["title", "x"],
    ["title", "é".repeat(21)],
    ["pages", 0],
    ["pages", 10_000],
    ["state", "gone"],
  ])("refuse %s %j", async (column, value) => {
    await using database = await openTestDatabase(target);
    await run(database, (await designTables(database, [books, authors])).up);
    const row = { title: "Cosmicomics", [column]: value };
    const names = Object.keys(row);
    const places = names.map((_name, index) => `$${index + 1}`).join(", ");
    const insert = `INSERT INTO books (${names.join(", ")}) VALUES (${places})`;

    await expect(database.query(insert, Object.values(row))).rejects.toMatchObject({
      code: "BW_DATABASE_VALUE",
      status: 422,
    });
    await database.query(
      insert,
      Object.values({
        title: "é".repeat(20),
        ...(column === "title" ? {} : { [column]: column === "state" ? "it's old" : 9 }),
      }),
    );
  });

  it("are refused where one of that name is", async () => {
    await using database = await openTestDatabase(target);
    await database.query("CREATE TABLE books (id integer)");

    await expect(designTables(database, [authors, books])).rejects.toMatchObject({
      code: "BW_DATABASE_TABLE_EXISTS",
      details: { table: "books" },
    });
  });
});
