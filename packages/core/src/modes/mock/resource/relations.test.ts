import { describe, expect, it } from "@jest/globals";
import type { ShopEndpoint } from "../../../../test/shop.ts";
import { openShop } from "../../../../test/shop.ts";

const products: ShopEndpoint = {
  path: "/products",
  resource: {
    seed: [{ sku: "pen" }, { sku: "ink" }],
    id: { field: "sku" },
    relations: { reviews: { resource: "reviews", key: "product" } },
  },
};

const reviews: ShopEndpoint = {
  path: "/reviews",
  resource: {
    seed: [
      { id: 1, product: "pen", stars: 5 },
      { id: 2, product: "ink", stars: 1 },
      { id: 3, product: "pen", stars: 4 },
    ],
  },
};

describe("a relation", () => {
  it("lists the rows that belong to an item", async () => {
    await using shop = await openShop({ products, reviews });

    const answer = shop.send("GET /products/pen/reviews?sort=stars");

    expect(answer).toMatchObject({ status: 200, headers: { "x-total-count": "2" }, body: [{ id: 3 }, { id: 1 }] });
  });

  it("answers 404 below an item that is not there", async () => {
    await using shop = await openShop({ products, reviews });

    expect(shop.send("GET /products/cup/reviews")).toMatchObject({ status: 404, code: "BW_RESOURCE_NOT_FOUND" });
    expect(shop.send("POST /products/cup/reviews", { body: {} }).status).toBe(404);
  });

  it("writes the foreign key of a row made below an item", async () => {
    await using shop = await openShop({ products, reviews });

    const answer = shop.send("POST /products/ink/reviews", { body: { stars: 3 } });

    expect(answer).toMatchObject({
      status: 201,
      body: { id: 4, product: "ink", stars: 3 },
      headers: { location: "/products/ink/reviews/4" },
    });
    expect(shop.send("GET /products/ink/reviews/4").status).toBe(200);
    expect(shop.send("GET /reviews/4").status).toBe(200);
    expect(shop.send("GET /products/pen/reviews/4").status).toBe(404);
  });

  it("refuses a foreign key that is not the item's", async () => {
    await using shop = await openShop({ products, reviews });

    expect(shop.send("POST /products/ink/reviews", { body: { product: "pen" } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/product", detail: 'must be "ink", as the path says' }] },
    });
  });

  it("works whatever the order of the endpoints, and to itself", async () => {
    await using shop = await openShop({
      reviews,
      products,
      people: {
        path: "/people",
        resource: { seed: [{ id: 1 }, { id: 2, boss: 1 }], relations: { team: { resource: "people", key: "boss" } } },
      },
    });

    expect(shop.send("GET /people/1/team").body).toEqual([{ id: 2, boss: 1 }]);
    expect(shop.send("GET /products/ink/reviews/2").status).toBe(200);
  });

  it("begins empty when no endpoint has the collection", async () => {
    await using shop = await openShop({ products });

    expect(shop.send("GET /products/pen/reviews").body).toEqual([]);
  });

  it("must not misspell the collection of an endpoint", async () => {
    const opening = openShop({ products, review: reviews });

    await expect(opening).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: [{ code: "BW_CONFIG_WRONG_VALUE", where: { source: { file: "relations.reviews.resource" } } }],
    });
  });
});
