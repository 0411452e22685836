import { expect, it } from "@jest/globals";
import { startCrud } from "../../test/crud-rig.ts";
import type { CrudRig } from "../../test/crud-rig.ts";
import { describeDatabases } from "../../test/servers.ts";
import { recordStatements } from "../../test/recorded-statements.ts";

const endpoints = `endpoints:
  people:
    path: /people
    database:
      table: people
      auto_crud: true
      version_column: version
      fields:
        id: { type: integer, primary_key: true }
        name: { type: string }
        about: { type: json }
        version: { type: integer, default: 1 }
`;

const hostile = ["'; DROP TABLE people; --", '" OR 1=1 --', "`x` = 'y'", "${name}", "\\'; SELECT 1", "$1 ? :name"];

async function write(rig: CrudRig, id: number, text: string): Promise<void> {
  const body = { name: text, about: { [text]: text } };
  await rig.send("POST /people", { body: { id, ...body } });
  await rig.send(`PATCH /people/${id}`, { body });
  await rig.send(`PUT /people/${id}`, { body });
  await rig.send(`PATCH /people?id=eq.${id}`, { body: { name: text } });
  await rig.send(`GET /people?name=eq.${encodeURIComponent(text)}`);
  await rig.send("POST /people", { body: [{ id, ...body }], headers: { prefer: "resolution=merge-duplicates" } });
  await rig.send(`DELETE /people?id=eq.${id}`);
}

describeDatabases("the statements of a collection", (target) => {
  it("are few, and hold nothing of a request", async () => {
    const { mode, texts } = recordStatements();
    await using rig = await startCrud(target, endpoints, { modes: [mode] });
    await write(rig, 1, "plain");
    const known = new Set(texts);

    for (const [index, text] of hostile.entries()) await write(rig, index + 2, text);

    expect([...texts].filter((text) => !known.has(text))).toEqual([]);
    expect((await rig.send("GET /people")).body).toEqual([]);
  });

  it("are as few for many rows", async () => {
    const { mode, texts } = recordStatements();
    await using rig = await startCrud(target, endpoints, { modes: [mode] });
    const rows = (from: number, to: number): unknown[] =>
      Array.from({ length: to - from }, (_one, index) => ({ id: from + index, name: "n" }));
    await rig.send("POST /people", { body: rows(1, 71) });
    await rig.send("PATCH /people?id=gt.0", { body: { name: "m" } });
    expect(
      (await rig.send("DELETE /people?id=gt.3&id=lt.70", { headers: { prefer: "count=exact" } })).headers[
        "content-range"
      ],
    ).toBe("*/66");
    const known = new Set(texts);
    await rig.send("POST /people", { body: rows(100, 220) });
    await rig.send("PATCH /people?id=gt.0", { body: { name: "o" } });
    await rig.send("DELETE /people?id=gt.0&id=lt.1000");

    expect([...texts].filter((text) => !known.has(text))).toEqual([]);
    expect((await rig.send("GET /people?select=count()")).body).toEqual([{ count: 0 }]);
  });
});
