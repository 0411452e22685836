import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { CrudRig } from "../../test/crud-rig.ts";
import { startCrud } from "../../test/crud-rig.ts";
import { cases, differs } from "../../test/query-cases.ts";
import { stories } from "../../test/query-corpus.ts";
import { makeQueryTables, tables } from "../../test/query-tables.ts";
import { describeDatabases } from "../../test/servers.ts";

const relations: Readonly<Record<string, string>> = {
  staff: "{ team: { resource: staff, key: boss } }",
  customers: "{ orders: { resource: orders, key: customer_id } }",
};

/** Every table of the corpus as an endpoint. */
function endpointsOf(names: readonly string[]): string {
  const lines = names.map((name) => {
    const own = relations[name] === undefined ? "" : `, relations: ${relations[name]}`;
    return `  ${name}: { path: /${name}, database: { table: ${name}, auto_crud: true, page: { default: 1000, max: 1000 }${own} } }`;
  });
  return `endpoints:\n${lines.join("\n")}\n`;
}

describeDatabases("the corpus over HTTP", (target) => {
  let rig: CrudRig;

  beforeAll(async () => {
    const names = tables.map(([name]) => name);
    rig = await startCrud(target, endpointsOf(names), { prepare: makeQueryTables });
  });
  afterAll(async () => rig[Symbol.asyncDispose]());

  // What is too long for the address of a request is refused before it is read.
  const wanted = cases.filter(({ ask }) => ask.length < 4000);

  const codeOf = (one: (typeof wanted)[number]): string | undefined => differs(one, target) ?? one.error;

  it.each(wanted.filter((one) => codeOf(one) === undefined))("answers $ask", async ({ ask, ids, rows }) => {
    const answer = await rig.send(`GET /${ask}`);

    const body = answer.body as readonly Readonly<Record<string, unknown>>[];
    const found = ids ? body.map((row) => Object.values(row)[0]) : body;
    const range = body.length === 0 || ask.includes("after=") ? /^\*\// : /^\d+-\d+\//;
    expect({ ask, status: answer.status, found }).toEqual({ ask, status: 200, found: ids ?? rows });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json",
      "content-range": expect.stringMatching(range),
    });
  });

  it.each(wanted.filter((one) => codeOf(one)?.startsWith("BW_")))("refuses $ask", async (one) => {
    const answer = await rig.send(`GET /${one.ask}`);

    expect(answer).toMatchObject({ status: 400, body: { code: codeOf(one) } });
  });
});

describeDatabases("the corpus of stories", (target) => {
  it.each(stories)("answers $name", async ({ steps }) => {
    const names = ["customers", "addresses", "orders", "staff"];
    await using rig = await startCrud(target, endpointsOf(names), {
      async prepare(database) {
        await makeQueryTables(database);
        for (const name of ["items", "profiles"]) await database.query(`DROP TABLE ${name}`);
      },
    });

    for (const { send, prefer, headers, body, status, answer, answerHeaders = {} } of steps) {
      const found = await rig.send(send, { headers: { ...headers, ...(prefer !== undefined && { prefer }) }, body });

      const shown = answer === undefined ? undefined : found.body;
      expect({ send, status: found.status, body: shown }).toEqual({ send, status, body: answer });
      expect(found.headers).toMatchObject(answerHeaders);
    }
  });
});
