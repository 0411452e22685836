import { describe, expect, it } from "@jest/globals";
import type { ShopEndpoint } from "../../../../test/shop.ts";
import { openShop } from "../../../../test/shop.ts";
import type { ErrorCode } from "../../../errors.ts";
import { codes } from "../../../errors.ts";

const seed = [
  { id: 1, name: "Pen", price: 2 },
  { id: 2, name: "Ink", price: 9 },
];

const products: ShopEndpoint = { path: "/products", resource: { seed } };

describe("a collection", () => {
  it("lists its rows and counts them", async () => {
    await using shop = await openShop({ products });

    const answer = shop.send("GET /products?sort=-price&limit=1");

    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json", "x-total-count": "2", "content-range": "0-0/2" },
      body: [{ id: 2 }],
    });
  });

  it("answers 400 for an unknown column", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("GET /products?pric=2")).toMatchObject({ status: 400, code: "BW_QUERY_UNKNOWN_COLUMN" });
  });

  it("knows the columns that were written", async () => {
    await using shop = await openShop({ products });

    shop.send("POST /products", { body: { name: "Cup", color: "red" } });

    expect(shop.send("GET /products?color=red").body).toEqual([{ id: 3, name: "Cup", color: "red" }]);
  });

  it("gives a row with a strong validator", async () => {
    await using shop = await openShop({ products });

    const answer = shop.send("GET /products/1");

    expect(answer).toMatchObject({
      status: 200,
      body: seed[0],
      headers: { etag: expect.stringMatching(/^"[\w-]{22}"$/) },
    });
  });

  it.each(["GET", "PATCH", "DELETE"])("answers 404 to %s of a row that is not there", async (method) => {
    await using shop = await openShop({ products });

    for (const id of ["9", "x", "01", "1.0", "1e0", "%20"]) {
      expect(shop.send(`${method} /products/${id}`, { body: {} })).toMatchObject({
        status: 404,
        code: "BW_RESOURCE_NOT_FOUND",
      });
    }
  });

  it("creates a row with the next number and says where it is", async () => {
    await using shop = await openShop({ products });

    const answer = shop.send("POST /products", { body: { name: "Cup" } });

    expect(answer).toMatchObject({ status: 201, headers: { location: "/products/3" }, body: { id: 3, name: "Cup" } });
    expect(shop.send("GET /products/3")).toMatchObject({
      body: { id: 3, name: "Cup" },
      headers: { etag: answer.headers["etag"] },
    });
  });

  it("never gives a number again", async () => {
    await using shop = await openShop({ products });

    shop.send("DELETE /products/2");

    expect(shop.send("POST /products", { body: {} }).body).toEqual({ id: 3 });
  });

  it("says where a row is by the address the client used", async () => {
    await using shop = await openShop({ books: { path: "/books", resource: { id: { field: "id", type: "string" } } } });

    const answer = shop.send("POST /books/", { body: { id: "a,b c" } });

    expect(answer.headers["location"]).toBe("/books/a%2Cb%20c");
    expect(shop.send("GET /books/a%2Cb%20c").status).toBe(200);
  });

  it.each(["a/b", "..", ".", "a\\..\\b"])("says where a row is whose id no path ends with: %j", async (id) => {
    await using shop = await openShop({
      books: { path: "/books", resource: { id: { field: "the id", type: "string" } } },
    });

    const { status, headers } = shop.send("POST /books", { body: { "the id": id } });

    expect({ status, ...headers }).toMatchObject({
      status: 201,
      location: `/books?%22the%20id%22=eq.${encodeURIComponent(id)}`,
    });
    expect(shop.send(`GET ${headers["location"] ?? ""}`).body).toEqual([{ "the id": id }]);
  });

  it("takes the id a client gives, and refuses it the second time", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("POST /products", { body: { id: 7 } })).toMatchObject({ status: 201, body: { id: 7 } });
    expect(shop.send("POST /products", { body: { id: 7 } })).toMatchObject({
      status: 409,
      code: "BW_RESOURCE_CONFLICT",
    });
    expect(shop.send("POST /products", { body: {} }).body).toEqual({ id: 8 });
  });

  it.each([["7"], [1.5], [true], [{}]])("refuses the id %j where ids are whole numbers", async (id) => {
    await using shop = await openShop({ products });

    expect(shop.send("POST /products", { body: { id } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/id" }] },
    });
  });

  it("replaces a row, and creates the one that is not there", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("PUT /products/1", { body: { name: "Nib" } })).toMatchObject({
      status: 200,
      body: { id: 1, name: "Nib" },
    });
    expect(shop.send("GET /products/1").body).toEqual({ id: 1, name: "Nib" });
    expect(shop.send("PUT /products/9", { body: { name: "Cap" } })).toMatchObject({
      status: 201,
      headers: { location: "/products/9" },
      body: { id: 9, name: "Cap" },
    });
  });

  it("refuses a body whose id is not that of the path", async () => {
    await using shop = await openShop({ products });

    for (const method of ["PUT", "PATCH"]) {
      expect(shop.send(`${method} /products/1`, { body: { id: 2 } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "#/id", detail: "must be 1, as the path says" }] },
      });
    }
    expect(shop.send("PUT /products/x", { body: {} })).toMatchObject({ status: 422 });
  });

  it("merges a patch into a row", async () => {
    await using shop = await openShop({ products });

    const answer = shop.send("PATCH /products/1", {
      body: { price: null, tags: ["a"] },
      headers: { "content-type": "application/merge-patch+json" },
    });

    expect(answer).toMatchObject({ status: 200, body: { id: 1, name: "Pen", tags: ["a"] } });
    expect(shop.send("GET /products/1").body).toEqual({ id: 1, name: "Pen", tags: ["a"] });
  });

  it("deletes a row", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("DELETE /products/1")).toMatchObject({ status: 204, body: null });
    expect(shop.send("GET /products/1").status).toBe(404);
    expect(shop.send("GET /products").body).toEqual([seed[1]]);
  });

  it("answers HEAD as GET", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("HEAD /products").headers["x-total-count"]).toBe("2");
    expect(shop.send("HEAD /products/1").status).toBe(200);
  });

  it("stores every row of a list", async () => {
    await using shop = await openShop({ products });

    const answer = shop.send("POST /products", { body: [{ name: "a" }, { id: 9 }, { name: "b" }] });

    expect(answer).toMatchObject({ status: 201, body: [{ id: 3, name: "a" }, { id: 9 }, { id: 10, name: "b" }] });
  });

  it.each([
    ["a row that does not fit", [{ name: "a" }, { id: "x" }], 422],
    ["no object", [{ name: "a" }, 5], 422],
    ["an id twice", [{ id: 5 }, { id: 5 }], 409],
    ["an id that is taken", [{ id: 5 }, { id: 1 }], 409],
  ])("stores no row of a list with %s", async (_case, body, status) => {
    await using shop = await openShop({ products });

    expect(shop.send("POST /products", { body })).toMatchObject({ status });
    expect(shop.send("GET /products").body).toEqual(seed);
    expect(shop.send("POST /products", { body: {} }).body).toEqual({ id: 3 });
  });

  it("answers the methods of its endpoint only", async () => {
    await using shop = await openShop({ products: { ...products, methods: ["GET", "PATCH"] } });

    expect(shop.send("GET /products/1").status).toBe(200);
    expect(shop.send("PATCH /products/1", { body: {} }).status).toBe(200);
    expect(shop.send("POST /products", { body: {} }).code).toBe("no route");
    expect(shop.send("DELETE /products/1").code).toBe("no route");
  });

  it("keeps the rows of a path with a parameter apart", async () => {
    await using shop = await openShop({
      goods: {
        path: "/shops/{shop}/goods",
        resource: {
          seed: [
            { id: 1, shop: 7 },
            { id: 2, shop: 8 },
          ],
        },
      },
    });

    expect(shop.send("GET /shops/7/goods").body).toEqual([{ id: 1, shop: 7 }]);
    expect(shop.send("GET /shops/7/goods/2").status).toBe(404);
    expect(shop.send("POST /shops/8/goods", { body: { name: "a" } })).toMatchObject({
      status: 201,
      headers: { location: "/shops/8/goods/3" },
      body: { id: 3, name: "a", shop: 8 },
    });
    expect(shop.send("PUT /shops/7/goods/2", { body: {} }).status).toBe(409);
    expect(shop.send("POST /shops/8/goods", { body: { shop: 9 } })).toMatchObject({ status: 422 });
  });

  it("shows itself to templates", async () => {
    await using shop = await openShop({ products });
    shop.send("POST /products", { body: { name: "Cup" } });

    const reader = shop.resource.access(shop.sessions.of({} as never)).resource("products");

    expect(reader?.count()).toBe(3);
    expect(reader?.get("1")).toEqual(seed[0]);
    expect(reader?.get(null)).toBeUndefined();
    expect(reader?.list({ id: "3" })).toEqual([{ id: 3, name: "Cup" }]);
    expect(shop.resource.access(shop.sessions.of({} as never)).resource("nothing")).toBeUndefined();
  });
});

describe("a request body", () => {
  it.each<[body: string, headers: Record<string, string>, code: ErrorCode | undefined]>([
    ["", {}, "BW_REQUEST_BODY_MISSING"],
    ["{", {}, "BW_REQUEST_JSON"],
    ["[".repeat(200) + "]".repeat(200), {}, "BW_REQUEST_JSON"],
    ["[".repeat(500_000) + "]".repeat(500_000), {}, "BW_REQUEST_JSON"],
    ['{"__proto__": {"admin": true}}', {}, "BW_REQUEST_KEY"],
    ['{"a": [{"constructor": 1}]}', {}, "BW_REQUEST_KEY"],
    ['{"prototype": 1}', {}, "BW_REQUEST_KEY"],
    ["5", {}, "BW_RESOURCE_INVALID"],
    ["null", {}, "BW_RESOURCE_INVALID"],
    ["a=1", { "content-type": "application/x-www-form-urlencoded" }, undefined],
    ["a=1&a=2", { "content-type": "application/x-www-form-urlencoded" }, undefined],
    ["prototype=1", { "content-type": "application/x-www-form-urlencoded" }, "BW_REQUEST_KEY"],
    ["a=1", { "content-type": "application/x-www-form-urlencoded; charset=latin1" }, "BW_REQUEST_MEDIA_TYPE"],
    ["a,a\n1,2", { "content-type": "text/csv" }, "BW_REQUEST_CSV"],
    ["a,b\n1", { "content-type": "text/csv" }, "BW_REQUEST_CSV"],
    ['a,b\n1,"2', { "content-type": "text/csv" }, "BW_REQUEST_CSV"],
    ["a,b\n1,2", { "content-type": "text/csv" }, undefined],
    ["{}", { "content-type": "application/json; charset=latin1" }, "BW_REQUEST_MEDIA_TYPE"],
    ["{}", { "content-type": "application/merge-patch+json" }, "BW_REQUEST_MEDIA_TYPE"],
    ["{}", { "content-type": "text/json" }, "BW_REQUEST_MEDIA_TYPE"],
    ["{}", { "content-type": "application/vnd.api+json" }, undefined],
    ["{}", { "content-type": "Application/JSON; charset=UTF-8" }, undefined],
    ["{}", { "content-type": "" }, undefined],
  ])("case %#: %.20s is answered as it deserves", async (body, headers, code) => {
    await using shop = await openShop({ products });

    const answer = shop.send("POST /products", { body, headers });

    expect(answer.code).toBe(code);
    expect(answer.status).toBe(code === undefined ? 201 : codes[code].status);
  });

  it("says which types a patch may have", async () => {
    await using shop = await openShop({ products });

    const answer = shop.send("PATCH /products/1", {
      body: {},
      headers: { "content-type": "application/json-patch+json" },
    });

    expect(answer).toMatchObject({
      status: 415,
      headers: { "accept-patch": "application/merge-patch+json, application/json" },
    });
  });

  it("cannot reach a prototype", async () => {
    await using shop = await openShop({ products });

    shop.send("PATCH /products/1", { body: '{"__proto__": {"admin": true}}' });

    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
    expect(shop.send("GET /products/1").body).toEqual(seed[0]);
  });
});

describe("conditions of a request", () => {
  const stale = '"stale"';

  it.each([
    ["GET", "if-none-match: current", 304],
    ["GET", "if-none-match: weak", 304],
    ["GET", "if-none-match: list", 304],
    ["GET", "if-none-match: *", 304],
    ["GET", "if-none-match: stale", 200],
    ["GET", "if-match: stale", 412],
    ["GET", "if-match: current", 200],
    ["PUT", "if-match: current", 200],
    ["PUT", "if-match: list", 200],
    ["PUT", "if-match: *", 200],
    ["PUT", "if-match: weak", 412],
    ["PUT", "if-match: stale", 412],
    ["PUT", "if-none-match: *", 412],
    ["PATCH", "if-match: current", 200],
    ["PATCH", "if-match: stale", 412],
    ["DELETE", "if-match: current", 204],
    ["DELETE", "if-match: stale", 412],
    ["DELETE", "if-none-match: current", 412],
  ])("%s with %s is answered %i", async (method, condition, status) => {
    const [header = "", value = ""] = condition.split(": ");
    await using shop = await openShop({ products });
    const etag = shop.send("GET /products/1").headers["etag"] ?? "";
    const tags: Readonly<Record<string, string>> = { current: etag, weak: `W/${etag}`, list: `"a,b", ${etag}`, stale };

    const answer = shop.send(`${method} /products/1`, {
      headers: { [header]: tags[value] ?? value },
      body: method === "GET" ? undefined : { name: "x" },
    });

    expect(answer.status).toBe(status);
  });

  it("creates by PUT with If-None-Match: * only what is not there, with If-Match nothing", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("PUT /products/9", { body: {}, headers: { "if-match": "*" } }).status).toBe(412);
    expect(shop.send("PUT /products/9", { body: {}, headers: { "if-none-match": "*" } }).status).toBe(201);
    expect(shop.send("PUT /products/9", { body: {}, headers: { "if-none-match": "*" } }).status).toBe(412);
  });

  it("lets one of two clients that read the same row write", async () => {
    await using shop = await openShop({ products });
    const headers = { "if-match": shop.send("GET /products/1").headers["etag"] ?? "" };

    expect(shop.send("PATCH /products/1", { body: { price: 3 }, headers }).status).toBe(200);
    expect(shop.send("PATCH /products/1", { body: { price: 4 }, headers }).status).toBe(412);
    expect(shop.send("GET /products/1").body).toMatchObject({ price: 3 });
  });

  it("does not ask for conditions where the row does not fit or is not there", async () => {
    await using shop = await openShop({ products });
    const headers = { "if-match": stale };

    expect(shop.send("PATCH /products/9", { body: {}, headers }).status).toBe(404);
    expect(shop.send("PATCH /products/1", { body: { id: 5 }, headers }).status).toBe(422);
  });

  it("asks for If-Match where the collection wants it", async () => {
    await using shop = await openShop({ products: { path: "/products", resource: { seed, require_if_match: true } } });
    const headers = { "if-match": shop.send("GET /products/1").headers["etag"] ?? "" };

    for (const method of ["PUT", "PATCH", "DELETE"]) {
      expect(shop.send(`${method} /products/1`, { body: {} })).toMatchObject({
        status: 428,
        code: "BW_RESOURCE_PRECONDITION_REQUIRED",
      });
    }
    expect(shop.send("PATCH /products/1", { body: {}, headers }).status).toBe(200);
    expect(shop.send("PUT /products/9", { body: {} }).status).toBe(201);
  });
});
