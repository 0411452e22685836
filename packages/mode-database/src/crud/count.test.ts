import { expect, it } from "@jest/globals";
import { startCrud } from "../../test/crud-rig.ts";
import { describeDatabases } from "../../test/servers.ts";

const endpoints = `endpoints:
  counted: { path: /counted, database: { table: notes, auto_crud: true, page: { default: 2, count: exact }, fields: { id: { type: integer, primary_key: true } } } }
  plain: { path: /plain, database: { table: notes, auto_crud: true, page: { default: 2 } } }
`;

describeDatabases("page.count", (target) => {
  it("counts for clients that do not ask, and changes no status", async () => {
    await using rig = await startCrud(target, endpoints);
    await rig.send("POST /counted", { body: [{ id: 1 }, { id: 2 }, { id: 3 }] });

    const [counted, beyond, plain] = [
      await rig.send("GET /counted"),
      await rig.send("GET /counted?offset=7"),
      await rig.send("GET /plain"),
    ];

    expect(counted).toMatchObject({ status: 200, headers: { "x-total-count": "3", "content-range": "0-1/3" } });
    expect(counted.headers["link"]).toContain('rel="next"');
    expect(beyond).toMatchObject({ status: 200, body: [], headers: { "content-range": "*/3" } });
    expect(plain).toMatchObject({ status: 200, headers: { "content-range": "0-1/*" } });
    expect(plain.headers["x-total-count"]).toBeUndefined();
  });
});
