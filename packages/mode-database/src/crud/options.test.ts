import { isBackworksError } from "@backworks/core";
import type { BackworksError } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { startCrud } from "../../test/crud-rig.ts";

const sqlite = { type: "sqlite", url: undefined } as const;

const fields =
  "fields: { id: { type: integer, primary_key: true }, name: { type: string }, note_id: { type: integer } }";

/** Mistakes of a configuration, as `code message hint`. */
async function mistakesOf(database: string, more: string = "", path: string = "/notes"): Promise<readonly string[]> {
  const endpoints = `endpoints:\n  notes: { path: "${path}", database: { ${database} } }\n${more}`;
  try {
    await using rig = await startCrud(sqlite, endpoints);
    return rig.app ? [] : [];
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    const all: readonly BackworksError[] = error.errors.length > 0 ? error.errors : [error];
    return all.map(({ code, message, hint, where }) =>
      [code, message, hint ?? "", where ? "placed" : "nowhere"].join(" | "),
    );
  }
}

describe("the options of auto_crud", () => {
  it.each<[what: string, database: string, mistake: RegExp]>([
    ["no table", "auto_crud: true", /auto_crud without table/],
    [
      "keys of auto_crud without it",
      `query: SELECT 1, page: { max: 5, default: 5 }`,
      /has page, which is for auto_crud: true/,
    ],
    ["a query beside it", `table: notes, auto_crud: true, query: SELECT 1`, /both auto_crud and query/],
    ["an unknown table", "table: nots, auto_crud: true", /BW_DATABASE_TABLE .*no table nots .*fields.*placed/],
    [
      "an unknown column to show",
      `table: notes, auto_crud: true, expose: { columns: [id, nam] }, ${fields}`,
      /no column nam in notes .*did you mean name.*placed/,
    ],
    [
      "an unknown table to embed",
      `table: notes, auto_crud: true, expose: { embed: [note] }, ${fields}`,
      /names note, which is neither a table nor a relation .*did you mean notes/,
    ],
    ["an unknown version", `table: notes, auto_crud: true, version_column: version, ${fields}`, /no column version/],
    [
      "a version that counts nothing",
      `table: notes, auto_crud: true, version_column: name, ${fields}`,
      /holds no whole numbers/,
    ],
    [
      "an unknown column of a rule",
      `table: notes, auto_crud: true, access: { a: { read: { where: { owner: x } } } }, ${fields}`,
      /access\.a\.read\.where\.owner.*no column owner/,
    ],
    [
      "a rule that no row can meet",
      `table: notes, auto_crud: true, access: { a: { read: { where: { name: null } } } }, ${fields}`,
      /access\.a\.read.*must be a value, or a list of values/,
    ],
    [
      "a rule with an operator",
      `table: notes, auto_crud: true, access: { a: { read: { where: { id: { gt: 5 } } } } }, ${fields}`,
      /access\.a\.read.*must be a value, or a list of values/,
    ],
    [
      "an unknown endpoint of a relation",
      `table: notes, auto_crud: true, relations: { parts: { resource: note } }, ${fields}`,
      /no endpoint of that name has auto_crud .*did you mean notes/,
    ],
    [
      "a relation without a key",
      `table: notes, auto_crud: true, relations: { parts: { resource: notes } }, ${fields}`,
      /no foreign key from notes to notes: name the column with key/,
    ],
    [
      "an unknown key of a relation",
      `table: notes, auto_crud: true, relations: { parts: { resource: notes, key: parent } }, ${fields}`,
      /names the key parent, and notes has no such column/,
    ],
    [
      "a relation that is no path",
      `table: notes, auto_crud: true, relations: { "a b": { resource: notes, key: note_id } }, ${fields}`,
      /letters, digits/,
    ],
    [
      "a default page above the largest",
      `table: notes, auto_crud: true, page: { default: 9, max: 5 }, ${fields}`,
      /default not above max/,
    ],
    [
      "no primary key",
      `table: notes, auto_crud: true, fields: { name: { type: string } }`,
      /no primary key and so can only be read .*methods: \[GET\]/,
    ],
  ])("refuse %s", async (_what, database, mistake) => {
    const mistakes = await mistakesOf(database);

    expect(mistakes.join("\n")).toMatch(mistake);
  });

  it("refuse the path of an item, and a parameter that is no column", async () => {
    expect((await mistakesOf(`table: notes, auto_crud: true, ${fields}`, "", "/notes/{id}")).join()).toMatch(
      /whole collection/,
    );
    expect((await mistakesOf(`table: notes, auto_crud: true, ${fields}`, "", "/of/{owner}/notes")).join()).toMatch(
      /parameter owner of the path/,
    );
  });

  it("answer the methods that the endpoint lists, and statements beside them", async () => {
    const endpoints = `endpoints:
  notes:
    path: /notes
    methods: [GET, POST]
    database:
      table: notes
      auto_crud: true
      ${fields}
      page: { default: 1, max: 2 }
      queries: { "GET /notes/count": SELECT count(*) AS n FROM notes }
`;
    await using rig = await startCrud(sqlite, endpoints);
    await rig.send("POST /notes", { body: [{ name: "a" }, { name: "b" }, { name: "c" }] });

    expect((await rig.send("GET /notes")).body).toEqual([{ id: 1, name: "a", note_id: null }]);
    expect((await rig.send("GET /notes?limit=9")).body).toHaveLength(2);
    expect((await rig.send("GET /notes/count")).body).toEqual([{ n: 3 }]);
    expect((await rig.send("DELETE /notes/1")).status).toBe(405);
    expect((await rig.send("PATCH /notes?id=eq.1", { body: {} })).status).toBe(405);
  });

  it("take parameters of the path for columns", async () => {
    const endpoints = `endpoints:\n  notes: { path: "/of/{note_id}/notes", database: { table: notes, auto_crud: true, ${fields} } }\n`;
    await using rig = await startCrud(sqlite, endpoints);

    expect(await rig.send("POST /of/7/notes", { body: { name: "a" } })).toMatchObject({
      status: 201,
      headers: { location: "/of/7/notes/1" },
      body: { note_id: 7 },
    });
    expect(await rig.send("POST /of/7/notes", { body: { name: "b", note_id: 8 } })).toMatchObject({ status: 422 });
    expect((await rig.send("GET /of/8/notes")).body).toEqual([]);
    expect((await rig.send("GET /of/7/notes/1")).status).toBe(200);
    expect((await rig.send("GET /of/8/notes/1")).status).toBe(404);
    expect((await rig.send("DELETE /of/8/notes?id=eq.1")).status).toBe(204);
    expect((await rig.send("GET /of/7/notes?select=name")).body).toEqual([{ name: "a" }]);
  });
});
