import { expect, it } from "@jest/globals";
import { startCrud } from "../../test/crud-rig.ts";
import { describeDatabases } from "../../test/servers.ts";

const words = "limit offset order sort select page per_page after and or columns on_conflict".split(" ");

describeDatabases("columns that are called as words of the query", (target) => {
  it("are filtered by their names in quotation marks, and are columns like others", async () => {
    const columns = words.map((word) => `${word}: { type: string }`);
    await using rig = await startCrud(
      target,
      `endpoints:
  things:
    path: /things
    database: { table: things, auto_crud: true, fields: { id: { type: integer, primary_key: true }, ${columns.join(", ")} } }
`,
    );
    const row = Object.fromEntries(words.map((word) => [word, `the ${word}`]));

    expect((await rig.send("POST /things", { body: [row, { limit: "other" }] })).status).toBe(201);
    for (const word of words) {
      const found = await rig.send(`GET /things?"${word}"=eq.the ${word}&select=id,"${word}"&order="${word}"`);
      expect(found).toMatchObject({ status: 200, body: [{ id: 1, [word]: `the ${word}` }] });
    }
    expect(await rig.send('PATCH /things?"limit"=other', { body: { order: "first" } })).toMatchObject({
      status: 200,
      body: [{ id: 2, limit: "other", order: "first" }],
    });
    expect(await rig.send("GET /things?and=(limit.eq.other,order.eq.first)&select=id")).toMatchObject({
      body: [{ id: 2 }],
    });
  });

  it("are where a row is found whose key no path can hold", async () => {
    await using rig = await startCrud(
      target,
      `endpoints:
  things:
    path: /things
    database: { table: things, auto_crud: true, fields: { order: { type: string, primary_key: true } } }
`,
    );

    const made = await rig.send("POST /things", { body: { order: "a/b" } });

    expect(made.headers["location"]).toBe("/things?%22order%22=eq.a%2Fb");
    expect(await rig.send(`GET ${made.headers["location"]}`)).toMatchObject({ status: 200, body: [{ order: "a/b" }] });
  });
});
