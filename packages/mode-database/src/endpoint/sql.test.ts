import { expect, it } from "@jest/globals";
import { startDatabase } from "../../test/database-rig.ts";
import type { DatabaseRig } from "../../test/database-rig.ts";
import { describeDatabases, uniqueName } from "../../test/servers.ts";
import type { TestDatabase } from "../../test/servers.ts";

describeDatabases("an endpoint with SQL", (target) => {
  it("answers a list, and one row for a path that ends with a parameter", async () => {
    await using shop = await openShop(target);

    expect(await shop.ask("GET", "/items?q=a")).toMatchObject({
      status: 200,
      body: {
        data: [
          { id: 1, name: "tea" },
          { id: 3, name: "cocoa" },
        ],
      },
    });
    expect(await shop.ask("GET", "/items/2")).toMatchObject({ status: 200, body: { item: { id: 2, name: "coffee" } } });
    expect(await shop.ask("GET", "/items/9")).toMatchObject({ status: 404, body: { code: "BW_DATABASE_NO_ROW" } });
  });

  it("takes values of a request for values, whatever they are", async () => {
    await using shop = await openShop(target);

    expect(await shop.ask("GET", "/items?q=%25' OR 1=1 --")).toMatchObject({ status: 200, body: { data: [] } });
    expect(await shop.ask("POST", "/items", { id: 7, name: "it's; DROP TABLE" })).toMatchObject({ status: 204 });
    expect(await shop.ask("GET", "/items/7")).toMatchObject({ body: { item: { name: "it's; DROP TABLE" } } });
  });

  it("adds, changes and removes rows, and says which were not there", async () => {
    await using shop = await openShop(target);

    expect((await shop.ask("POST", "/items", { id: 4, name: "mate" })).status).toBe(204);
    expect((await shop.ask("PUT", "/items/4", { name: "maté" })).status).toBe(204);
    expect(await shop.ask("GET", "/items/4")).toMatchObject({ body: { item: { id: 4, name: "maté" } } });
    expect((await shop.ask("DELETE", "/items/4")).status).toBe(204);
    expect((await shop.ask("DELETE", "/items/4")).status).toBe(404);
  });

  it("says what a row offends against, and no word of the statement", async () => {
    await using shop = await openShop(target);

    const twice = await shop.ask("POST", "/items", { id: 9, name: "tea" });
    const empty = await shop.ask("POST", "/items", { id: 9 });

    expect(twice).toMatchObject({ status: 409, body: { code: "BW_DATABASE_CONFLICT" } });
    expect(empty).toMatchObject({ status: 422, body: { code: "BW_DATABASE_VALUE", columns: ["name"] } });
    expect(JSON.stringify([twice, empty])).not.toMatch(/insert/i);
  });

  it("takes times of any zone for columns of times, and leaves texts that look like them alone", async () => {
    const table = uniqueName("visits");
    await using visits = await startDatabase(
      target,
      `endpoints:
  visits:
    path: /visits
    methods: [GET, POST]
    database:
      queries:
        POST: INSERT INTO ${table} (said, came, went) VALUES (\${body.said}, \${body.came}, \${body.went})
        GET: SELECT came, went, said FROM ${table} WHERE said = \${query.said}
`,
    );
    const time = { postgresql: "timestamptz", mysql: "datetime(3)", sqlite: "datetime" }[target.type];
    await visits.run(`CREATE TABLE ${table} (came ${time}, went ${time}, said varchar(40))`);
    const said = "2026-01-31T12:00:00.000Z";

    const made = await visits.ask("POST", "/visits", { came: "2026-01-31T11:30:00+02:00", went: said, said });
    const wrong = await visits.ask("POST", "/visits", { came: "2026-02-31T11:30:00Z", went: said, said: "wrong" });
    await visits.run(`INSERT INTO ${table} VALUES ($1, $2, $3)`, [new Date(said), new Date(said), "after"]);

    expect(made.status).toBe(204);
    expect(wrong.status).toBe(target.type === "sqlite" ? 204 : 422);
    expect((await visits.ask("GET", `/visits?said=${said}`)).body).toEqual([
      { came: "2026-01-31T09:30:00Z", went: "2026-01-31T12:00:00Z", said },
    ]);
  });

  it("compares times of any zone as moments", async () => {
    const table = uniqueName("visits");
    // Times of SQLite are texts.
    const moment = (text: string): string => (target.type === "sqlite" ? `datetime(${text})` : text);
    await using visits = await startDatabase(
      target,
      `endpoints:
  visits:
    path: /visits
    methods: [GET, DELETE]
    database:
      queries:
        GET: SELECT id FROM ${table} WHERE ${moment("came")} >= ${moment("${query.since}")} AND said <> \${query.since} ORDER BY id
        DELETE: DELETE FROM ${table} WHERE ${moment("came")} < ${moment("${query.until}")}
`,
    );
    const time = { postgresql: "timestamptz", mysql: "datetime", sqlite: "datetime" }[target.type];
    await visits.run(`CREATE TABLE ${table} (id integer, came ${time}, said varchar(40))`);
    const rows = "(1, '2023-12-31 21:00:00', 'a'), (2, '2023-12-31 22:00:00', 'b'), (3, '2024-01-01 00:00:00', 'c')";
    await visits.run(`INSERT INTO ${table} VALUES ${rows}`);
    const since = async (text: string): Promise<unknown> =>
      (await visits.ask("GET", `/visits?since=${encodeURIComponent(text)}`)).body;

    expect(await since("2024-01-01T00:00:00+02:00")).toEqual([{ id: 2 }, { id: 3 }]);
    expect(await since("2024-01-01T00:00:00Z")).toEqual([{ id: 3 }]);
    expect(await since("2023-12-31T19:00:00-02:30")).toEqual([{ id: 2 }, { id: 3 }]);
    const { status } = await visits.ask("DELETE", `/visits?until=${encodeURIComponent("2024-01-01T00:00:00+02:00")}`);
    expect(status).toBe(204);
    expect(await since("2000-01-01T00:00:00+02:00")).toEqual([{ id: 2 }, { id: 3 }]);
  });

  it("limits what a list has by a value", async () => {
    await using shop = await openShop(target);

    expect(await shop.ask("GET", "/items/first")).toMatchObject({ body: { data: [{ id: 1 }, { id: 2 }] } });
    expect(await shop.ask("GET", "/items/first?limit=1")).toMatchObject({ body: { data: [{ id: 1 }] } });
  });
});

async function openShop(target: TestDatabase): Promise<DatabaseRig> {
  const table = uniqueName("items");
  const rig = await startDatabase(
    target,
    `endpoints:
  items:
    path: /items
    database:
      queries:
        GET: SELECT id, name FROM ${table} WHERE name LIKE '%\${query.q}%' ORDER BY id
        POST: INSERT INTO ${table} (id, name) VALUES (\${body.id}, \${body.name})
        "GET /items/first": SELECT id FROM ${table} ORDER BY id LIMIT \${query.limit:-2}
      transform: { list: data }
  item:
    path: /items/{id}
    methods: [GET, PUT, DELETE]
    database:
      query: SELECT id, name FROM ${table} WHERE id = $1
      params: ["\${path.id}"]
      queries:
        PUT: UPDATE ${table} SET name = \${body.name} WHERE id = \${path.id}
        DELETE: DELETE FROM ${table} WHERE id = \${path.id}
      transform: { single: item }
`,
  );
  await rig.run(`CREATE TABLE ${table} (id integer PRIMARY KEY, name varchar(50) NOT NULL UNIQUE)`);
  await rig.run(`INSERT INTO ${table} VALUES (1, 'tea'), (2, 'coffee'), (3, 'cocoa')`);
  return rig;
}
