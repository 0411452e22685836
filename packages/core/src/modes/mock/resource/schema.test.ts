import { describe, expect, it } from "@jest/globals";
import { openShop } from "../../../../test/shop.ts";

const schema = {
  type: "object",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^[A-Z]" },
    price: { type: "number", minimum: 0 },
    kind: { enum: ["pen", "ink"] },
    mail: { type: "string", format: "email" },
    tags: { type: "array", items: { type: "string" } },
  },
};

describe("a collection with a schema", () => {
  it.each([
    [{}, [["#/name", "is required"]]],
    [{ name: "pen" }, [["#/name", 'must match pattern "^[A-Z]"']]],
    [{ name: "Pen", price: "2" }, [["#/price", "must be number"]]],
    [
      { name: "Pen", price: -1, kind: "cup" },
      [
        ["#/price", "must be >= 0"],
        ["#/kind", "must be one of pen, ink"],
      ],
    ],
    [{ name: "Pen", pirce: 1 }, [["#/pirce", "is not allowed, did you mean price?"]]],
    [{ name: "Pen", mail: "nobody" }, [["#/mail", 'must match format "email"']]],
    [{ name: "Pen", tags: ["a", 5] }, [["#/tags/1", "must be string"]]],
  ])("answers 422 to %j and says where", async (body, expected) => {
    await using shop = await openShop({ products: { path: "/products", resource: { schema } } });

    const answer = shop.send("POST /products", { body });

    expect(answer).toMatchObject({ status: 422, code: "BW_RESOURCE_INVALID" });
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining(expected.map(([pointer, detail]) => ({ pointer, detail }))),
    });
    expect((answer.body as { errors: unknown[] }).errors).toHaveLength(expected.length);
  });

  it("asks for the whole row after a patch", async () => {
    await using shop = await openShop({
      products: { path: "/products", resource: { schema, seed: [{ name: "Pen" }] } },
    });

    expect(shop.send("PATCH /products/1", { body: { price: 1 } }).status).toBe(200);
    expect(shop.send("PATCH /products/1", { body: { name: null } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/name" }] },
    });
    expect(shop.send("GET /products/1").body).toEqual({ id: 1, name: "Pen", price: 1 });
  });

  it("points at the row of a list", async () => {
    await using shop = await openShop({ products: { path: "/products", resource: { schema } } });

    expect(shop.send("POST /products", { body: [{ name: "A" }, { name: 5 }] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/1/name" }] },
    });
  });

  it("knows the columns before there is a row", async () => {
    await using shop = await openShop({ products: { path: "/products", resource: { schema } } });

    expect(shop.send("GET /products?price=2").status).toBe(200);
    expect(shop.send("GET /products?id=2").status).toBe(200);
    expect(shop.send("GET /products?pirce=2").status).toBe(400);
  });

  it("reads the schema from a file, and the type of the id from it", async () => {
    const files = { "product.schema.json": { properties: { sku: { type: "string" } }, required: ["sku"] } };
    await using shop = await openShop(
      { products: { path: "/products", resource: { schema: "product.schema.json", id: "sku" } } },
      { files },
    );

    const answer = shop.send("POST /products", { body: {} });

    expect(answer.body).toEqual({
      sku: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    });
  });

  it.each([
    ["a keyword with a wrong value", { properties: { a: { type: "sting" } } }, "schema.properties.a.type"],
    [
      "a pattern that needs more than linear time",
      { properties: { a: { pattern: "(a)\\1" } } },
      "schema.properties.a.pattern",
    ],
    ["a keyword that is not one", { properties: { a: { minimun: 5 } } }, "schema.properties.a.minimun"],
    ["a format nobody knows", { properties: { a: { format: "emial" } } }, "schema.properties.a.format"],
    ["a reference to nowhere", { $ref: "#/nothing" }, "schema.$ref"],
  ])("is refused at load for %s", async (_case, wrong, file) => {
    await expect(openShop({ products: { path: "/p", resource: { schema: wrong } } })).rejects.toMatchObject({
      errors: [{ code: "BW_CONFIG_WRONG_VALUE", where: { source: { file } } }],
    });
  });
});
