import { describe, expect, it } from "@jest/globals";
import { evolveEndpoints } from "./evolve.ts";
import type { EndpointEdit } from "./evolve.ts";

const products: EndpointEdit = {
  name: "products",
  database: { table: "products", auto_crud: true, seed: "./products.json" },
  methods: undefined,
  saysMode: false,
};

function evolved(
  text: string,
  edit: Partial<EndpointEdit> = {},
  newDatabase?: { name: string; options: object },
): string {
  const edited = evolveEndpoints(text, {
    endpoints: [{ ...products, ...edit }],
    newDatabase: newDatabase && { name: newDatabase.name, options: { ...newDatabase.options } },
  });
  if (edited.kind === "unsafe") return `unsafe: ${edited.problem}`;
  return edited.kind === "changed" ? edited.text : edited.kind;
}

describe("evolveEndpoints", () => {
  it.each([
    [
      "a block, with comments around and in it",
      "name: shop # ours\nendpoints:\n  # what we sell\n  products: # all of it\n    path: /products\n    mock: # for the time being\n      # from the warehouse\n      resource:\n        seed: ./products.json\n    description: Products\n\n  other: { path: /other, mock: { body: 1 } }\n",
      "name: shop # ours\nendpoints:\n  # what we sell\n  products: # all of it\n    path: /products\n    database: # for the time being\n      # from the warehouse\n      table: products\n      auto_crud: true\n      seed: ./products.json\n    description: Products\n\n  other: { path: /other, mock: { body: 1 } }\n",
    ],
    [
      "a block with braces",
      "endpoints:\n    products:\n        path: /products\n        mock: { resource: { seed: ./products.json } } # small\n",
      "endpoints:\n    products:\n        path: /products\n        database: { table: products, auto_crud: true, seed: ./products.json } # small\n",
    ],
    [
      "braces",
      "endpoints:\n  products: { path: /products, mock: { data: '{}' } } # small\n",
      "endpoints:\n  products: { path: /products, database: { table: products, auto_crud: true, seed: ./products.json } } # small\n",
    ],
    [
      "a mode of its own",
      "endpoints:\n  products:\n    mode: mock # yet\n    path: /products\n    mock: { data: [] }\n",
      "endpoints:\n  products:\n    mode: database # yet\n    path: /products\n    database: { table: products, auto_crud: true, seed: ./products.json }\n",
    ],
    [
      "Windows line ends, no line break at the end",
      "endpoints:\r\n  products:\r\n    path: /products\r\n    mock:\r\n      data: []",
      "endpoints:\r\n  products:\r\n    path: /products\r\n    database:\r\n      table: products\r\n      auto_crud: true\r\n      seed: ./products.json",
    ],
  ])("keeps everything else: %s", (_name, before, after) => {
    expect(evolved(before)).toBe(after);
  });

  it("says which anchor others would miss", () => {
    const text =
      "endpoints:\n  products:\n    path: /products\n    mock: &rows\n      data: []\n  others: { path: /others, mock: *rows }\n";

    expect(evolved(text)).toBe("unsafe: *rows means what stands at &rows, and that would change");
  });

  it("writes methods and mode where the endpoint has to say them", () => {
    const edit = { methods: ["GET"], saysMode: true };

    expect(evolved("mode: mock\nendpoints:\n  products:\n    path: /p\n    mock:\n      data: []\n", edit)).toBe(
      "mode: mock\nendpoints:\n  products:\n    path: /p\n    methods: [GET]\n    mode: database\n    database:\n      table: products\n      auto_crud: true\n      seed: ./products.json\n",
    );
    expect(evolved("mode: mock\nendpoints:\n  products: { path: /p, mock: { data: [] } }\n", edit)).toBe(
      "mode: mock\nendpoints:\n  products: { path: /p, methods: [GET], mode: database, database: { table: products, auto_crud: true, seed: ./products.json } }\n",
    );
  });

  it("adds the database before the endpoints and their comment", () => {
    const options = { type: "sqlite", file_path: "./data/app.db", migrations: { auto: true } };

    expect(
      evolved(
        "name: shop\n\n# the API\nendpoints:\n  products: { path: /p, mock: { data: [] } }\n",
        {},
        { name: "main", options },
      ),
    ).toBe(
      "name: shop\n\ndatabases:\n  main: { type: sqlite, file_path: ./data/app.db, migrations: { auto: true } }\n\n# the API\nendpoints:\n  products: { path: /p, database: { table: products, auto_crud: true, seed: ./products.json } }\n",
    );
  });

  it("quotes what is no plain word", () => {
    expect(
      evolved("endpoints:\n  products: { path: /p, mock: {} }\n", { database: { table: "true", seed: "a, b.json" } }),
    ).toContain('database: { table: "true", seed: "a, b.json" }');
  });

  it.each([
    ["{ endpoints: { products: { mock: {} } } }\n"],
    ["endpoints:\n  - { name: products, mock: {} }\n"],
    ["endpoints:\n  products:\n    mock: *other\n"],
    ["base: &base { path: /p, mock: {} }\nendpoints:\n  products: *base\n"],
    ["endpoints: {\n"],
  ])("leaves %j alone", (text) => {
    expect(evolved(text)).toMatch(/^unsafe/);
  });
});
