import { describe, expect, it } from "@jest/globals";
import type { ShopEndpoint } from "../../../../test/shop.ts";
import { openShop } from "../../../../test/shop.ts";

const products: ShopEndpoint = {
  path: "/products",
  resource: {
    seed: [
      { id: 1, name: "Pen", price: 2, tags: ["blue"] },
      { id: 2, name: "Ink", price: 9 },
      { id: 3, name: "Cup", price: 5, tags: [] },
    ],
    relations: { reviews: { resource: "reviews", key: "product" }, stock: { resource: "stock", key: "item" } },
  },
};

const reviews: ShopEndpoint = {
  path: "/reviews",
  resource: {
    seed: [
      { id: 1, product: 1, stars: 5, author: 7 },
      { id: 2, product: 3, stars: 2, author: 8 },
      { id: 3, product: 1, stars: 4, author: 8 },
    ],
  },
};

const people: ShopEndpoint = {
  path: "/people",
  resource: {
    seed: [
      { id: 7, name: "Ada" },
      { id: 8, name: "Bob" },
    ],
    relations: { reviews: { resource: "reviews", key: "author" } },
  },
};

const shop = { products, reviews, people };

describe("the query of a list", () => {
  it("chooses columns and embeds relations both ways and through a junction", async () => {
    await using open = await openShop(shop);

    expect(open.send("GET /products?select=name,reviews(stars)&reviews.order=stars&id=eq.1").body).toEqual([
      { name: "Pen", reviews: [{ stars: 4 }, { stars: 5 }] },
    ]);
    expect(open.send("GET /reviews?select=id,products(name),by:people(name)&id=eq.2").body).toEqual([
      { id: 2, products: { name: "Cup" }, by: { name: "Bob" } },
    ]);
    expect(open.send("GET /products?select=name,people(name)&id=lt.3").body).toEqual([
      { name: "Pen", people: [{ name: "Ada" }, { name: "Bob" }] },
      { name: "Ink", people: [] },
    ]);
  });

  it("answers trees, aggregates and JSON", async () => {
    await using open = await openShop(shop);

    expect(open.send("GET /products?or=(price.gt.8,name.eq.Pen)&select=id").body).toEqual([{ id: 1 }, { id: 2 }]);
    expect(open.send("GET /reviews?select=product,stars.avg()&order=product").body).toEqual([
      { product: 1, avg: 4.5 },
      { product: 3, avg: 2 },
    ]);
    expect(open.send("GET /products?tags=cs.{blue}&select=id,first:tags->>0").body).toEqual([{ id: 1, first: "blue" }]);
  });

  it("loads regular expressions when the first request needs them", async () => {
    await using open = await openShop(shop);

    expect((await open.ask("GET /products?name=match.^[PI]&select=id")).body).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await open.ask("GET /products?name=match.(")).toMatchObject({ status: 400, code: "BW_QUERY_INVALID" });
  });

  it("names the relations there are for one that is not", async () => {
    await using open = await openShop(shop);

    expect(open.send("GET /products?select=revews(*)")).toMatchObject({
      status: 400,
      code: "BW_QUERY_UNKNOWN_RELATION",
      body: { relation: "revews", hint: "did you mean reviews?" },
    });
  });

  it("sends CSV, one object, or objects without what is nothing, as the client accepts", async () => {
    await using open = await openShop(shop);
    const accept = (type: string): { headers: Record<string, string> } => ({ headers: { accept: type } });

    expect(open.send("GET /products?select=id,tags,name&order=id&limit=2", accept("text/csv"))).toMatchObject({
      headers: { "content-type": "text/csv; charset=utf-8" },
      body: 'id,tags,name\n1,"[""blue""]",Pen\n2,,Ink',
    });
    const single = "application/vnd.pgrst.object+json";
    expect(open.send("GET /products?id=eq.2", accept(single))).toMatchObject({
      headers: { "content-type": single },
      body: { id: 2, name: "Ink" },
    });
    expect(open.send("GET /products?price=gt.3", accept(single))).toMatchObject({
      status: 406,
      code: "BW_QUERY_SINGULAR",
      body: { count: 2 },
    });
    expect(open.send("GET /products?select=id,tags&id=eq.2", accept(`${single};nulls=stripped`)).body).toEqual({
      id: 2,
    });
    expect(open.send("GET /products/2", accept("text/csv")).body).toBe("id,name,price\n2,Ink,9");
  });

  it("answers a part with 206 and one beyond the end with 416 to clients that count", async () => {
    await using open = await openShop(shop);
    const get = (headers: Record<string, string>, query = ""): unknown =>
      open.send(`GET /products${query}`, { headers });

    expect(get({ range: "0-1", "range-unit": "items" })).toMatchObject({
      status: 206,
      headers: { "content-range": "0-1/3" },
      body: [{ id: 1 }, { id: 2 }],
    });
    expect(get({ range: "0-9" })).toMatchObject({ status: 200, headers: { "content-range": "0-2/3" } });
    expect(get({ range: "1-" })).toMatchObject({ status: 206, headers: { "content-range": "1-2/3" } });
    expect(get({ range: "9-10" })).toMatchObject({ status: 416, headers: { "content-range": "*/3" } });
    expect(get({ range: "5-2" })).toMatchObject({ status: 416 });
    expect(get({ range: "bytes=0-1" })).toMatchObject({ status: 200 });
    expect(get({ prefer: "count=exact" }, "?limit=2")).toMatchObject({
      status: 206,
      headers: { "preference-applied": "count=exact" },
    });
    expect(get({ prefer: "count=exact" }, "?offset=9")).toMatchObject({ status: 416, code: "BW_QUERY_RANGE" });
    expect(get({}, "?offset=9")).toMatchObject({ status: 200, body: [] });
  });

  it("leads from page to page by cursors, whatever is written in between", async () => {
    await using open = await openShop(shop);
    const first = open.send("GET /products?order=price.desc&limit=1&after=");
    const next = /<([^>]+)>; rel="next"/.exec(first.headers["link"] ?? "")?.[1] ?? "";
    open.send("POST /products", { body: { name: "Gem", price: 99 } });

    const second = open.send(`GET ${next}`);

    expect(first.body).toMatchObject([{ id: 2 }]);
    expect(second.body).toMatchObject([{ id: 3 }]);
    const last = /<([^>]+)>; rel="next"/.exec(second.headers["link"] ?? "")?.[1] ?? "";
    expect(open.send(`GET ${last}`).body).toMatchObject([{ id: 1 }]);
    expect(open.send(`GET ${last}`).headers["link"]).not.toContain('rel="next"');
    expect(open.send(`GET ${next.replace("price.desc", "price")}`)).toMatchObject({ status: 400 });
  });

  it("refuses a preference nobody knows only to those who are strict", async () => {
    await using open = await openShop(shop);

    expect(open.send("GET /products", { headers: { prefer: "count=many, respond-async" } }).status).toBe(200);
    expect(open.send("GET /products", { headers: { prefer: "handling=strict, count=many" } })).toMatchObject({
      status: 400,
      code: "BW_QUERY_PREFERENCE",
      body: { preferences: ["count=many"] },
    });
  });

  it("refuses what does not fit the type the schema gives", async () => {
    const schema = { properties: { price: { type: "number" }, day: { type: "string", format: "date" } } };
    await using open = await openShop({ things: { path: "/things", resource: { schema } } });

    expect(open.send("GET /things?price=five")).toMatchObject({ status: 400, body: { parameter: "price" } });
    expect(open.send("GET /things?day=gt.2024-13-01")).toMatchObject({ status: 400, body: { parameter: "day" } });
  });

  it("shapes an item, and gives it a validator of its own when it embeds", async () => {
    await using open = await openShop(shop);
    const plain = open.send("GET /products/1");

    expect(open.send("GET /products/1?select=name").headers["etag"]).toBe(plain.headers["etag"]);
    const whole = open.send("GET /products/1?select=name,reviews(stars)");
    expect(whole.body).toEqual({ name: "Pen", reviews: [{ stars: 5 }, { stars: 4 }] });
    open.send("PATCH /reviews/1", { body: { stars: 1 } });
    const headers = { "if-none-match": whole.headers["etag"] ?? "" };
    expect(open.send("GET /products/1?select=name,reviews(stars)", { headers }).status).toBe(200);
    expect(open.send("GET /products/1?price=gt.5").status).toBe(404);
  });
});
