import { expect, it } from "@jest/globals";
import type { CrudRig } from "../../test/crud-rig.ts";
import { startCrud } from "../../test/crud-rig.ts";
import type { TestDatabase } from "../../test/servers.ts";
import { describeDatabases } from "../../test/servers.ts";

const endpoints = `endpoints:
  suppliers:
    path: /suppliers
    database:
      table: suppliers
      auto_crud: true
      relations: { products: { resource: products } }
      fields:
        id: { type: integer, primary_key: true }
        name: { type: string, required: true, unique: true }
        city: { type: string, default: Rome }
  products:
    path: /products
    database:
      table: products
      auto_crud: true
      version_column: version
      expose: { columns: [id, name, price, facts, sold, code, supplier_id], embed: [suppliers, tags] }
      fields:
        id: { type: integer, primary_key: true }
        name: { type: string, required: true }
        price: { type: decimal }
        facts: { type: json }
        sold: { type: timestamp }
        code: { type: bigint }
        supplier_id: { type: integer, references: suppliers.id }
        version: { type: integer, required: true, default: 1 }
  tags:
    path: /tags
    database:
      table: tags
      auto_crud: true
      allow_full_table: true
      require_if_match: true
      transform: { list: data, single: tag }
      fields: { id: { type: uuid, primary_key: true }, word: { type: string, required: true } }
  pairs:
    path: /pairs
    database:
      table: product_tags
      auto_crud: true
      fields:
        product_id: { type: integer, primary_key: true, references: products.id }
        tag_id: { type: uuid, primary_key: true, references: tags.id }
        weight: { type: integer }
`;

async function openShop(target: TestDatabase): Promise<CrudRig> {
  return startCrud(target, endpoints);
}

describeDatabases("auto_crud over tables that fields describe", (target) => {
  it("lives a row's life", async () => {
    await using shop = await openShop(target);

    const made = await shop.send("POST /suppliers", { body: { name: "A" } });
    expect(made).toMatchObject({
      status: 201,
      headers: { location: "/suppliers/1" },
      body: { id: 1, name: "A", city: "Rome" },
    });
    const read = await shop.send("GET /suppliers/1");
    expect(read).toMatchObject({ status: 200, headers: { etag: made.headers["etag"] }, body: made.body });
    expect(
      (await shop.send("GET /suppliers/1", { headers: { "if-none-match": String(read.headers["etag"]) } })).status,
    ).toBe(304);
    expect(await shop.send("PATCH /suppliers/1", { body: { city: null } })).toMatchObject({
      status: 200,
      body: { city: null },
    });
    expect(await shop.send("PUT /suppliers/1", { body: { name: "B" } })).toMatchObject({
      status: 200,
      body: { id: 1, name: "B", city: "Rome" },
    });
    expect(await shop.send("PUT /suppliers/5", { body: { name: "C", city: "Oslo" } })).toMatchObject({
      status: 201,
      headers: { location: "/suppliers/5" },
      body: { id: 5 },
    });
    expect(
      await shop.send("GET /suppliers?order=id.desc&limit=1", { headers: { prefer: "count=exact" } }),
    ).toMatchObject({
      status: 206,
      headers: { "content-range": "0-0/2", "x-total-count": "2" },
      body: [{ id: 5 }],
    });
    expect((await shop.send("DELETE /suppliers/5")).status).toBe(204);
    expect((await shop.send("DELETE /suppliers/5")).status).toBe(404);
    expect((await shop.send("GET /suppliers/01")).status).toBe(404);
  });

  it("keeps what JSON says, whatever the database", async () => {
    await using shop = await openShop(target);
    const row = {
      id: 1,
      name: "P",
      price: "2.500000",
      facts: { a: [1, null, "é"] },
      sold: "2026-01-31T11:00:00.25Z",
      code: "9007199254740993",
    };

    const made = await shop.send("POST /products", {
      body: { ...row, price: 2.5, sold: "2026-01-31T12:00:00.25+01:00" },
    });

    expect(made).toMatchObject({ status: 201, body: { ...row, supplier_id: null } });
    expect((await shop.send("GET /products/1")).body).toEqual(made.body);
  });

  it("says what does not fit, all of it and by its place", async () => {
    await using shop = await openShop(target);

    const answer = await shop.send("POST /products", {
      body: [
        { name: "x", price: "much" },
        { name: 5, sold: "soon", code: 1.5 },
      ],
    });

    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: "BW_RESOURCE_INVALID",
        errors: [
          { pointer: "#/0/price", detail: "must be a decimal number" },
          { pointer: "#/1/name", detail: "must be a text" },
          { pointer: "#/1/sold", detail: "must be a time such as 2024-02-29T12:00:00Z" },
          { pointer: "#/1/code", detail: "must be a whole number" },
        ],
      },
    });
    expect(await shop.send("POST /products", { body: { price: 1 } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/name", detail: "is required" }] },
    });
    expect(await shop.send("PATCH /products?id=gt.0", { body: { nam: "x" } })).toMatchObject({
      status: 400,
      body: { code: "BW_QUERY_UNKNOWN_COLUMN", detail: expect.stringContaining("did you mean name?") },
    });
    expect((await shop.send("GET /products")).body).toEqual([]);
  });

  it("names the columns that rows offend against, and no SQL", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /suppliers", { body: { id: 1, name: "A", products: [{ id: 1, name: "P" }] } });

    const twice = await shop.send("POST /suppliers", { body: { id: 2, name: "A" } });
    const same = await shop.send("POST /suppliers", { body: { id: 1, name: "B" } });
    const astray = await shop.send("POST /products", { body: { id: 2, name: "Q", supplier_id: 9 } });
    const needed = await shop.send("DELETE /suppliers/1");

    expect(twice).toMatchObject({ status: 409, body: { code: "BW_DATABASE_CONFLICT", columns: ["name"] } });
    expect(same).toMatchObject({ status: 409, body: { code: "BW_RESOURCE_CONFLICT" } });
    expect(astray).toMatchObject({ status: 409, body: { code: "BW_DATABASE_CONFLICT", columns: ["supplier_id"] } });
    expect(needed).toMatchObject({
      status: 409,
      body: { code: "BW_DATABASE_CONFLICT", detail: "other rows refer to this one" },
    });
    expect(JSON.stringify([twice, same, astray, needed])).not.toMatch(/insert|delete from|constraint/i);
  });

  it("counts versions and checks them in the statement", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /products", { body: { id: 1, name: "P" } });

    const read = await shop.send("GET /products/1");
    expect(read.headers["etag"]).toBe('"1"');
    const changed = await shop.send("PATCH /products/1", { body: { name: "Q" }, headers: { "if-match": '"1"' } });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(changed.body).not.toHaveProperty("version");
    expect((await shop.send("PUT /products/1", { body: { name: "R" }, headers: { "if-match": '"1"' } })).status).toBe(
      412,
    );
    const both = await Promise.all(
      ["S", "T"].map((name) => shop.send("PATCH /products/1", { body: { name }, headers: { "if-match": '"2"' } })),
    );
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412]);
    await shop.send("PATCH /products?id=eq.1", { body: { price: 1 } });
    expect((await shop.send("GET /products/1")).headers["etag"]).toBe('"4"');
    expect((await shop.send("DELETE /products/1", { headers: { "if-match": '"3"' } })).status).toBe(412);
    expect((await shop.send("DELETE /products/1", { headers: { "if-match": '"4"' } })).status).toBe(204);
  });

  it("merges JSON as RFC 7396 does", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /products", {
      body: [
        { id: 1, name: "P", facts: { a: { b: 1, c: 2 }, d: [1] } },
        { id: 2, name: "Q" },
      ],
    });

    expect(
      await shop.send("PATCH /products/1?select=facts", { body: { facts: { a: { b: null, e: 3 }, d: [2] } } }),
    ).toMatchObject({
      status: 200,
      body: { facts: { a: { c: 2, e: 3 }, d: [2] } },
    });
    expect(
      (await shop.send("PATCH /products?id=gt.0&select=id,facts&order=id", { body: { facts: { f: 1 } } })).body,
    ).toEqual([
      { id: 1, facts: { a: { c: 2, e: 3 }, d: [2], f: 1 } },
      { id: 2, facts: { f: 1 } },
    ]);
    expect((await shop.send("PATCH /products/1?select=facts", { body: { facts: null } })).body).toEqual({
      facts: null,
    });
  });

  it("stores rows with those that belong to them, or none of them", async () => {
    await using shop = await openShop(target);
    const [first, second] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

    const made = await shop.send("POST /products?select=name,suppliers(name),tags(word)&tags.order=word", {
      body: {
        name: "P",
        suppliers: { name: "S" },
        tags: [
          { id: first, word: "a" },
          { id: second, word: "b" },
        ],
      },
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "P", suppliers: { name: "S" }, tags: [{ word: "a" }, { word: "b" }] },
    });
    expect((await shop.send("GET /pairs?select=tag_id&order=tag_id")).body).toEqual([
      { tag_id: first },
      { tag_id: second },
    ]);
    expect(
      await shop.send("POST /suppliers", { body: { name: "T", products: [{ name: "ok" }, { id: 1, name: "twice" }] } }),
    ).toMatchObject({ status: 409 });
    expect(await shop.send("POST /suppliers", { body: { name: "T", products: [{ price: 1 }] } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/products/0/name", detail: "is required" }] },
    });
    expect((await shop.send("GET /suppliers?name=eq.T")).body).toEqual([]);
  });

  it("updates what is there already, or leaves it", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /suppliers", { body: { id: 1, name: "A", city: "Bern" } });
    const upsert = (prefer: string, body: unknown): ReturnType<CrudRig["send"]> =>
      shop.send("POST /suppliers?on_conflict=name&select=id,name,city", { body, headers: { prefer } });

    expect(
      await upsert("resolution=merge-duplicates", [
        { name: "A", city: "Graz" },
        { id: 2, name: "B" },
      ]),
    ).toMatchObject({
      status: 201,
      body: [
        { id: 1, name: "A", city: "Graz" },
        { id: 2, name: "B" },
      ],
    });
    expect(await upsert("resolution=ignore-duplicates", { name: "A", city: "Linz" })).toMatchObject({
      status: 201,
      body: [],
    });
    expect(await upsert("resolution=merge-duplicates", { name: "A", city: "Linz" })).toMatchObject({
      status: 200,
      body: { id: 1, city: "Linz" },
    });
    expect(
      await shop.send("POST /suppliers?on_conflict=city", {
        body: { name: "A" },
        headers: { prefer: "resolution=merge-duplicates" },
      }),
    ).toMatchObject({ status: 400 });
    const race = await Promise.all(
      [1, 2, 3, 4].map((n) => upsert("resolution=merge-duplicates", { name: "N", city: `c${n}` })),
    );
    expect(race.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 200, 200, 201]);
  });

  it("changes the same rows for many at once, one after another", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /suppliers", {
      body: Array.from({ length: 80 }, (_one, index) => ({ name: `s${index}`, city: "Rome" })),
    });

    const asked = Array.from({ length: 8 }, (_one, index) =>
      shop.send("PATCH /suppliers?city=eq.Rome&select=id", { body: { city: `c${index}` } }),
    );
    const answers = await Promise.all(asked);

    expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
    // Whoever came first changed them all; the others found none any more.
    expect(answers.map(({ body }) => (body as unknown[]).length).toSorted((one, other) => one - other)).toEqual([
      0, 0, 0, 0, 0, 0, 0, 80,
    ]);
    const rewritten = await Promise.all(
      asked.map((_one, index) => shop.send(`PATCH /suppliers?id=gt.0`, { body: { city: `d${index}` } })),
    );
    expect(rewritten.map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect((await shop.send("GET /suppliers?select=city,count()")).body).toHaveLength(1);
  });

  it("gives columns their defaults, or nothing", async () => {
    await using shop = await openShop(target);
    const body = [{ name: "A", city: "Bern" }, { name: "B" }];

    expect((await shop.send("POST /suppliers?select=city", { body })).body).toEqual([{ city: "Bern" }, { city: null }]);
    const others = body.map(({ name, ...rest }) => ({ ...rest, name: `${name}2` }));
    const filled = await shop.send("POST /suppliers?select=city", {
      body: others,
      headers: { prefer: "missing=default" },
    });
    expect(filled).toMatchObject({
      headers: { "preference-applied": "missing=default" },
      body: [{ city: "Bern" }, { city: "Rome" }],
    });
  });

  it("wraps answers, makes keys and asks for If-Match", async () => {
    await using shop = await openShop(target);

    const made = await shop.send("POST /tags", { body: { word: "a" } });
    const { tag } = made.body as { tag: { id: string } };
    expect(tag.id).toMatch(/^[\da-f-]{36}$/);
    expect((await shop.send("GET /tags")).body).toEqual({ data: [{ id: tag.id, word: "a" }] });
    expect((await shop.send("GET /tags", { headers: { accept: "text/csv" } })).body).toBe(`id,word\n${tag.id},a`);
    expect((await shop.send(`PATCH /tags/${tag.id}`, { body: { word: "b" } })).status).toBe(428);
    expect(
      (
        await shop.send(`PATCH /tags/${tag.id}`, {
          body: { word: "b" },
          headers: { "if-match": String(made.headers["etag"]) },
        })
      ).status,
    ).toBe(200);
    expect((await shop.send("DELETE /tags")).status).toBe(204);
    expect((await shop.send("GET /tags")).body).toEqual({ data: [] });
  });

  it("addresses composite keys by all of their parts", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /products?columns=id,name", {
      body: [
        { id: 1, name: "P" },
        { id: 2, name: "Q" },
      ],
    });
    const id = "11111111-1111-4111-8111-111111111111";
    await shop.send("POST /tags", { body: { id, word: "a" } });

    const made = await shop.send("POST /pairs", {
      body: [
        { product_id: 1, tag_id: id },
        { product_id: 2, tag_id: id },
      ],
    });
    expect(made.status).toBe(201);
    expect(await shop.send(`GET /pairs/1,${id}`)).toMatchObject({ status: 200, body: { product_id: 1, weight: null } });
    expect(await shop.send(`PATCH /pairs/1,${id}`, { body: { weight: 3 } })).toMatchObject({
      status: 200,
      body: { weight: 3 },
    });
    expect(await shop.send(`PUT /pairs/2,${id}`, { body: { weight: 4 } })).toMatchObject({
      status: 200,
      body: { product_id: 2, weight: 4 },
    });
    expect(
      (await shop.send("PATCH /pairs?weight=gt.0&select=product_id&order=product_id", { body: { weight: 9 } })).body,
    ).toEqual([{ product_id: 1 }, { product_id: 2 }]);
    expect((await shop.send("GET /pairs/1")).status).toBe(404);
    expect((await shop.send(`DELETE /pairs/1,${id}`)).status).toBe(204);
    expect((await shop.send("GET /pairs?select=product_id")).body).toEqual([{ product_id: 2 }]);
  });

  it("tells texts apart, and takes every sign, as keys and otherwise", async () => {
    const fields = "fields: { word: { type: string, primary_key: true }, said: { type: text } }";
    await using small = await startCrud(
      target,
      `endpoints: { words: { path: /words, database: { table: words, auto_crud: true, ${fields} } } }\n`,
    );

    for (const word of ["A", "a", "ä", "😀", "a/b", "..", ""]) {
      const made = await small.send("POST /words", { body: { word, said: "日本 😀" } });
      expect({ word, status: made.status }).toEqual({ word, status: 201 });
      const found = await small.send(`GET ${decodeURI(made.headers["location"] ?? "")}`);
      expect([found.body].flat()).toEqual([{ word, said: "日本 😀" }]);
    }
  });

  it("answers collections below an item", async () => {
    await using shop = await openShop(target);
    await shop.send("POST /suppliers", {
      body: [
        { id: 1, name: "A" },
        { id: 2, name: "B" },
      ],
    });

    expect(await shop.send("POST /suppliers/1/products", { body: { id: 1, name: "P" } })).toMatchObject({
      status: 201,
      headers: { location: "/suppliers/1/products/1" },
      body: { supplier_id: 1 },
    });
    expect((await shop.send("GET /suppliers/1/products?select=id")).body).toEqual([{ id: 1 }]);
    expect((await shop.send("GET /suppliers/2/products")).body).toEqual([]);
    expect((await shop.send("GET /suppliers/3/products")).status).toBe(404);
    expect((await shop.send("GET /suppliers/2/products/1")).status).toBe(404);
    expect((await shop.send("PUT /suppliers/2/products/1", { body: { name: "x" } })).status).toBe(409);
    expect((await shop.send("PATCH /suppliers/1/products/1", { body: { supplier_id: 2 } })).status).toBe(422);
    expect((await shop.send("DELETE /suppliers/1/products/1")).status).toBe(204);
  });
});
