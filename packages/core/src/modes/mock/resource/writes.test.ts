import { describe, expect, it } from "@jest/globals";
import type { ShopEndpoint, ShopRequest } from "../../../../test/shop.ts";
import { openShop } from "../../../../test/shop.ts";

const products: ShopEndpoint = {
  path: "/products",
  resource: {
    seed: [
      { id: 1, sku: "pen", price: 2 },
      { id: 2, sku: "ink", price: 9 },
      { id: 3, sku: "cup", price: 5 },
    ],
    relations: { reviews: { resource: "reviews", key: "product" } },
  },
};

const reviews: ShopEndpoint = {
  path: "/reviews",
  resource: { seed: [{ id: 1, product: 1, stars: 5 }], schema: { properties: { stars: { maximum: 5 } } } },
};

const shop = { products, reviews };

function preferring(prefer: string, body?: ShopRequest["body"]): ShopRequest {
  return { headers: { prefer }, body };
}

describe("a write to a collection", () => {
  it("patches the rows that fit the filters", async () => {
    await using open = await openShop(shop);

    const answer = open.send("PATCH /products?price=gt.4&order=id&select=id,price", { body: { price: 1 } });

    expect(answer).toMatchObject({
      status: 200,
      body: [
        { id: 2, price: 1 },
        { id: 3, price: 1 },
      ],
    });
    expect(open.send("GET /products?price=eq.1&select=id").body).toEqual([{ id: 2 }, { id: 3 }]);
  });

  it("deletes the rows that fit the filters", async () => {
    await using open = await openShop(shop);

    expect(open.send("DELETE /products?id=in.(1,2)")).toMatchObject({ status: 204, body: null });
    expect(open.send("DELETE /products?id=eq.3", preferring("return=representation, count=exact"))).toMatchObject({
      status: 200,
      headers: { "content-range": "*/1", "preference-applied": "return=representation, count=exact" },
      body: [{ id: 3 }],
    });
    expect(open.send("GET /products").body).toEqual([]);
  });

  it.each(["PATCH", "DELETE"])("refuses %s without a filter unless it is allowed", async (method) => {
    const free = { ...products, resource: { ...products.resource, allow_full_table: true } };
    await using open = await openShop({ products, reviews, free: { ...free, path: "/free" } });

    expect(open.send(`${method} /products`, { body: { price: 0 } })).toMatchObject({
      status: 400,
      code: "BW_QUERY_UNFILTERED",
    });
    expect(open.send(`${method} /free`, { body: { price: 0 } }).status).toBe(method === "PATCH" ? 200 : 204);
  });

  it("changes nothing when more rows would change than may", async () => {
    await using open = await openShop(shop);

    expect(open.send("DELETE /products?id=gt.1", preferring("max-affected=1"))).toMatchObject({
      status: 400,
      code: "BW_QUERY_TOO_MANY_AFFECTED",
      body: { count: 2, limit: 1 },
    });
    expect(open.send("DELETE /products?id=gt.2", preferring("max-affected=1"))).toMatchObject({
      status: 204,
      headers: { "preference-applied": "max-affected=1" },
    });
    expect(open.send("GET /products?select=id").body).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it("shows what it would do and leaves it with tx=rollback", async () => {
    await using open = await openShop(shop);

    expect(open.send("POST /products", preferring("tx=rollback", { sku: "map" }))).toMatchObject({
      status: 201,
      headers: { "preference-applied": "tx=rollback" },
      body: { id: 4, sku: "map" },
    });
    expect(open.send("PATCH /products/1", preferring("tx=rollback", { price: 0 })).body).toMatchObject({ price: 0 });
    expect(open.send("DELETE /products/1", preferring("tx=rollback")).status).toBe(204);
    expect(open.send("GET /products?select=id,price").body).toEqual([
      { id: 1, price: 2 },
      { id: 2, price: 9 },
      { id: 3, price: 5 },
    ]);
  });

  it.each([
    ["return=minimal", 201, null],
    ["return=headers-only", 201, null],
    ["return=representation", 201, { id: 4, sku: "map" }],
  ])("answers POST with Prefer: %s", async (prefer, status, body) => {
    await using open = await openShop(shop);

    expect(open.send("POST /products", preferring(prefer, { sku: "map" }))).toMatchObject({
      status,
      body,
      headers: { location: "/products/4", "preference-applied": prefer },
    });
  });

  it("answers an item that was changed as the client prefers", async () => {
    await using open = await openShop(shop);

    expect(open.send("PATCH /products/1", preferring("return=minimal", { price: 3 }))).toMatchObject({
      status: 204,
      body: null,
    });
    expect(open.send("DELETE /products/1", preferring("return=representation"))).toMatchObject({
      status: 200,
      body: { id: 1, price: 3 },
    });
  });

  it("merges or leaves rows that are there already", async () => {
    await using open = await openShop(shop);
    const body = [
      { sku: "ink", price: 10 },
      { sku: "map", price: 1 },
    ];

    expect(open.send("POST /products?on_conflict=sku", preferring("resolution=merge-duplicates", body))).toMatchObject({
      status: 201,
      headers: { "preference-applied": "resolution=merge-duplicates" },
      body: [
        { id: 2, sku: "ink", price: 10 },
        { id: 4, sku: "map", price: 1 },
      ],
    });
    expect(
      open.send(
        "POST /products?on_conflict=sku",
        preferring("resolution=ignore-duplicates", [{ sku: "ink", price: 0 }]),
      ).body,
    ).toEqual([]);
    expect(open.send("POST /products", preferring("resolution=merge-duplicates", { id: 1, price: 7 }))).toMatchObject({
      status: 200,
      body: { id: 1, sku: "pen", price: 7 },
    });
    expect(open.send("GET /products?select=price&order=id").body).toEqual([
      { price: 7 },
      { price: 10 },
      { price: 5 },
      { price: 1 },
    ]);
  });

  it("stores rows with those that belong to them, or none", async () => {
    await using open = await openShop(shop);
    const body = { sku: "map", reviews: [{ stars: 4 }, { stars: 3 }] };

    expect(open.send("POST /products?select=sku,reviews(product,stars)", { body }).body).toEqual({
      sku: "map",
      reviews: [
        { product: 4, stars: 4 },
        { product: 4, stars: 3 },
      ],
    });
    expect(open.send("POST /products", { body: [{ sku: "x" }, { sku: "y", reviews: [{ stars: 9 }] }] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/1/reviews/0/stars", detail: "must be <= 5" }] },
    });
    expect(open.send("GET /products").body).toHaveLength(4);
    expect(
      open.send("POST /reviews?select=id,products(sku)", { body: { stars: 1, products: { sku: "new" } } }).body,
    ).toEqual({ id: 4, products: { sku: "new" } });
  });

  it("takes rows as CSV and as a form, with the types the collection has", async () => {
    await using open = await openShop(shop);
    const csv = 'sku,price\n"a,b",7\nmap,NULL\n';

    expect(open.send("POST /products", { body: csv, headers: { "content-type": "text/csv" } }).body).toEqual([
      { id: 4, sku: "a,b", price: 7 },
      { id: 5, sku: "map", price: null },
    ]);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(open.send("POST /products", { body: "sku=a+b&price=1.5", headers: form }).body).toEqual({
      id: 6,
      sku: "a b",
      price: 1.5,
    });
  });

  it("leaves out what columns does not name", async () => {
    await using open = await openShop(shop);

    expect(open.send("POST /products?columns=sku", { body: { sku: "map", price: 1 } }).body).toEqual({
      id: 4,
      sku: "map",
    });
    expect(open.send("PATCH /products?id=eq.4&columns=price", { body: { sku: "no", price: 3 } }).body).toEqual([
      { id: 4, sku: "map", price: 3 },
    ]);
    expect(open.send("POST /products?columns=skuu", { body: {} }).code).toBe("BW_QUERY_UNKNOWN_COLUMN");
  });

  it("fills in the defaults of the schema with missing=default", async () => {
    const schema = { properties: { price: { type: "number", default: 5 } } };
    await using open = await openShop({ things: { path: "/things", resource: { schema } } });

    expect(open.send("POST /things", { body: {} }).body).toEqual({ id: 1 });
    expect(open.send("POST /things", preferring("missing=default", [{}, { price: 1 }]))).toMatchObject({
      headers: { "preference-applied": "missing=default" },
      body: [
        { id: 2, price: 5 },
        { id: 3, price: 1 },
      ],
    });
  });

  it("is not done when one row was asked for and several changed", async () => {
    await using open = await openShop(shop);
    const headers = { accept: "application/vnd.pgrst.object+json" };

    expect(open.send("PATCH /products?id=gt.1", { headers, body: { price: 0 } }).status).toBe(406);
    expect(open.send("PATCH /products?id=eq.1", { headers, body: { price: 0 } }).body).toMatchObject({ price: 0 });
    expect(open.send("GET /products?price=eq.0&select=id").body).toEqual([{ id: 1 }]);
  });

  it("reaches only the rows of its path", async () => {
    await using open = await openShop(shop);
    open.send("POST /products/2/reviews", { body: { stars: 1 } });

    expect(open.send("DELETE /products/2/reviews?stars=gte.0", preferring("count=exact"))).toMatchObject({
      headers: { "content-range": "*/1" },
    });
    expect(open.send("GET /reviews?select=id").body).toEqual([{ id: 1 }]);
  });

  it("answers 404 for an item that does not fit the filters", async () => {
    await using open = await openShop(shop);

    expect(open.send("DELETE /products/1?price=gt.5").status).toBe(404);
    expect(open.send("DELETE /products/2?price=gt.5").status).toBe(204);
  });
});
