import { describe, expect, it } from "@jest/globals";
import type { JsonValue } from "../../../exchange.ts";
import { openShop } from "../../../../test/shop.ts";

async function mistakesOf(resource: Record<string, unknown>, files: Record<string, JsonValue> = {}): Promise<string[]> {
  const error: unknown = await openShop({ things: { path: "/things", resource } }, { files }).catch(
    (thrown: unknown) => thrown,
  );
  const { errors } = error as { errors: { message: string; where: { source: { file: string } } }[] };
  return errors.map((one) => `${one.where.source.file}: ${one.message}`);
}

describe("the options of a collection", () => {
  it("must have seeds that are rows", async () => {
    expect(await mistakesOf({ seed: "a.json" }, { "a.json": { id: 1 } })).toEqual([
      "seed: mock.resource.seed must be a list of rows",
    ]);
    expect(await mistakesOf({ seed: "a.json" }, { "a.json": [{ id: 1 }, 5] })).toEqual([
      "seed.1: mock.resource.seed[1] must be an object",
    ]);
  });

  it("are told every seed that does not fit", async () => {
    const seed = [{ id: 1 }, { id: "2" }, { id: 1 }, { id: 4, name: 5 }];

    expect(await mistakesOf({ seed, schema: { properties: { name: { type: "string" } } } })).toEqual([
      "seed.1.id: mock.resource.seed[1].id must be a whole number",
      "seed.2: mock.resource.seed[2] has the id 1, as a row before it",
      "seed.3.name: mock.resource.seed[3].name must be string",
    ]);
  });

  it("give the values of a CSV file the types of the schema", async () => {
    const files = { "a.csv": [{ id: 1, price: "2.50", sold: true, name: "7", zip: 12345, left: null }] };
    const properties = {
      id: { type: "integer" },
      price: { type: "number" },
      sold: { type: "boolean" },
      left: { type: "integer" },
      zip: { type: "string" },
    };
    const things = { path: "/things", resource: { seed: "a.csv", schema: { properties } } };
    await using shop = await openShop({ things }, { files });

    expect(shop.send("GET /things/1").body).toEqual({ id: 1, price: 2.5, sold: true, name: "7", zip: "12345" });
  });

  it("give the ids of a CSV file the type of the options", async () => {
    const things = { path: "/things", resource: { seed: "a.csv", id: { field: "sku", type: "string" } } };
    await using shop = await openShop({ things }, { files: { "a.csv": [{ sku: 100, name: "Pen" }] } });

    expect(shop.send("GET /things/100").body).toEqual({ sku: "100", name: "Pen" });
  });

  it("must ask for ids that can be made", async () => {
    expect(await mistakesOf({ id: { type: "string", generate: "increment" } })).toEqual([
      "id: mock.resource.id generates increment for ids of type string",
    ]);
  });

  it.each([
    [{ seed: [{ id: "a" }] }, expect.stringMatching(/^[0-9a-f-]{36}$/)],
    [{ seed: [{ id: 4 }] }, 5],
    [{ id: { generate: "uuid" } }, expect.stringMatching(/^[0-9a-f-]{36}$/)],
    [{ id: { type: "string" } }, expect.stringMatching(/^[0-9a-f-]{36}$/)],
    [{}, 1],
  ])("%j decide what an id is like", async (resource, id) => {
    await using shop = await openShop({ things: { path: "/things", resource } });

    expect(shop.send("POST /things", { body: {} }).body).toEqual({ id });
  });

  it("leave the id to the client with generate: none", async () => {
    await using shop = await openShop({
      things: { path: "/things", resource: { id: { generate: "none", type: "string" } } },
    });

    expect(shop.send("POST /things", { body: {} })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/id", detail: "is required" }] },
    });
    expect(shop.send("POST /things", { body: { id: "a" } }).status).toBe(201);
  });

  it("give seeds that come without an id the same one after every start", async () => {
    const things = { path: "/things", resource: { seed: [{ a: 1 }, { a: 2 }], id: { type: "string" } } };
    await using one = await openShop({ things });
    await using other = await openShop({ things });

    expect(one.send("GET /things").body).toEqual(other.send("GET /things").body);
  });

  it("give seeds without an id the numbers that are free", async () => {
    await using shop = await openShop({
      things: { path: "/things", resource: { seed: [{ a: 1 }, { id: 3 }, { a: 2 }] } },
    });

    expect(shop.send("GET /things").body).toEqual([{ id: 4, a: 1 }, { id: 3 }, { id: 5, a: 2 }]);
  });

  it.each([["/things/{id}"], ["/things/*"]])("do not go with the path %s", async (path) => {
    await expect(openShop({ things: { path, resource: {} } })).rejects.toMatchObject({
      errors: [{ code: "BW_CONFIG_WRONG_VALUE" }],
    });
  });

  it("do not go with methods a collection does not have", async () => {
    await expect(
      openShop({ things: { path: "/things", methods: ["GET", "PURGE"], resource: {} } }),
    ).rejects.toMatchObject({
      errors: [{ code: "BW_CONFIG_WRONG_VALUE" }],
    });
  });

  it("say how many rows a page has", async () => {
    const seed = Array.from({ length: 5 }, (_, index) => ({ id: index }));
    await using shop = await openShop({
      things: { path: "/things", resource: { seed, page: { default: 2, max: 3 } } },
    });

    expect(shop.send("GET /things").headers["content-range"]).toBe("0-1/5");
    expect(shop.send("GET /things?limit=9").headers["content-range"]).toBe("0-2/5");
  });
});
