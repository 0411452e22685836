import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it, jest } from "@jest/globals";
import { createProject } from "../testing/project.ts";

// threads begin here
jest.setTimeout(60_000);

const yaml = `name: shop
version: 1.2.0
description: A shop
server: { base_path: /api }
databases: { main: { type: sqlite, file_path: data/shop.db } }
endpoints:
  products:
    path: /products
    description: What we sell
    mock:
      resource:
        seed: [{ id: 1, name: tea }]
        schema: { required: [name], properties: { name: { type: string }, price: { type: number, minimum: 0 } } }
        page: { default: 10, max: 50 }
  order-lines: { path: "/orders/{order:int}/lines", methods: [GET], mock: { resource: {} } }
  file: { path: /files/*, mock: { body: file } }
  total: { path: /total, methods: [GET, POST], database: { query: SELECT 1 AS one } }
`;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly object[] }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

async function exported(text: string): Promise<Document> {
  using project = createProject({ "backworks.yaml": text });
  const ran = await project.run("export openapi");
  expect(ran).toMatchObject({ code: 0, err: "" });
  return ran.json() as Document;
}

describe("export openapi", () => {
  it("is OpenAPI 3.1, whatever answers", async () => {
    const document = await exported(yaml);

    const result = await new Validator().validate(JSON.stringify(document, null, 2));

    expect(result.errors).toBeUndefined();
    expect(document).toMatchObject({
      openapi: "3.1.1",
      info: { title: "shop", version: "1.2.0", description: "A shop" },
      servers: [{ url: "/api" }],
    });
    expect(Object.keys(document.paths)).toEqual([
      "/products",
      "/products/{id}",
      "/orders/{order}/lines",
      "/orders/{order}/lines/{id}",
      "/files/{rest}",
      "/total",
    ]);
  });

  it("tells the grammar, the rows and the problems of a collection", async () => {
    const { paths, components } = await exported(yaml);

    const list = paths["/products"]?.["get"];
    expect(Object.keys(paths["/products"] ?? {}).sort()).toEqual(["delete", "get", "patch", "post"]);
    expect(Object.keys(paths["/orders/{order}/lines"] ?? {})).toEqual(["parameters", "get"]);
    expect(list).toMatchObject({
      description: "What we sell",
      operationId: "get_products",
      responses: { 200: {}, 400: { $ref: "#/components/responses/Invalid" } },
    });
    expect(list?.parameters).toEqual(
      expect.arrayContaining([
        { $ref: "#/components/parameters/select" },
        expect.objectContaining({ name: "limit", schema: { type: "integer", minimum: 0, maximum: 50, default: 10 } }),
        expect.objectContaining({ name: "price", in: "query" }),
      ]),
    );
    expect(components.schemas).toMatchObject({
      Products: {
        properties: { id: { type: "integer" }, name: { type: "string" }, price: { type: "number", minimum: 0 } },
      },
      ProductsNew: { required: ["name"] },
      OrderLines: {},
      Problem: { required: ["type", "title", "status"] },
    });
  });

  it("tells tables as their columns are, and as fields describe those that are not there yet", async () => {
    using project = createProject({
      "backworks.yaml": `name: shop
databases: { main: { type: sqlite, file_path: data/shop.db } }
endpoints:
  things:
    path: /things
    database: { table: things, auto_crud: true, expose: { columns: [id, name, price, at] }, transform: { list: data } }
  later:
    path: /later
    methods: [GET]
    database: { table: later, auto_crud: true, fields: { id: { type: integer, primary_key: true }, name: { type: text, required: true } } }
`,
      "migrations/1.sql":
        "CREATE TABLE things (id integer PRIMARY KEY, name text NOT NULL, price decimal(8,2), at datetime, secret text, twice integer GENERATED ALWAYS AS (id * 2))",
    });
    expect(await project.run("db migrate up")).toMatchObject({ code: 0 });

    const document = (await project.run("export openapi")).json() as Document;

    expect((await new Validator().validate(JSON.stringify(document, null, 2))).errors).toBeUndefined();
    expect(document.components.schemas).toMatchObject({
      Things: {
        properties: {
          id: { type: "integer" },
          name: { type: "string" },
          price: { type: ["string", "null"] },
          at: { type: ["string", "null"], format: "date-time" },
        },
      },
      ThingsNew: { required: ["name"] },
      Later: { properties: { name: { type: "string" } } },
    });
    expect(document.components.schemas).not.toHaveProperty("LaterNew");
    expect(JSON.stringify(document.components.schemas)).not.toContain("additionalProperties");
    expect(Object.keys(document.paths["/later"] ?? {})).toEqual(["get"]);
    expect(JSON.stringify(document)).not.toContain("secret");
    expect(document.paths["/things"]?.["get"]).toMatchObject({
      responses: { 200: { content: { "application/json": { schema: { properties: { data: { type: "array" } } } } } } },
    });
  });

  it("tells who may do what, and the rows below others", async () => {
    const { paths } = await exported(`name: shop
databases: { main: { type: sqlite, file_path: data/shop.db } }
endpoints:
  orders:
    path: /orders
    methods: [GET, POST]
    database:
      table: orders
      auto_crud: true
      relations: { lines: { resource: lines } }
      fields: { id: { type: integer, primary_key: true } }
      access: { admin: { read: true, write: true }, anonymous: { read: true } }
  lines:
    path: /lines
    database:
      table: lines
      auto_crud: true
      fields: { id: { type: integer, primary_key: true }, order_id: { type: integer, references: orders.id }, text: { type: text } }
      access: { admin: { read: true } }
`);

    expect(paths["/orders"]).toMatchObject({
      get: { "x-roles": ["admin", "anonymous"], responses: { 403: {} } },
      post: { "x-roles": ["admin"], responses: { 401: { $ref: "#/components/responses/Unauthenticated" }, 403: {} } },
    });
    expect(paths["/orders"]?.["get"]).not.toHaveProperty("responses.401");
    const { get } = paths["/orders/{id}/lines"] ?? {};
    expect(get).toMatchObject({ "x-roles": ["admin"], tags: ["orders"], responses: { 401: {} } });
    expect(get?.parameters).toEqual(expect.arrayContaining([expect.objectContaining({ name: "text", in: "query" })]));
    expect(paths["/orders/{id}/lines/{lines_id}"]?.["get"]).toMatchObject({
      responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Lines" } } } } },
    });
  });

  it("gives each collection names of its own, and says which keys a row must bring", async () => {
    const pair = "{ a: { type: string, primary_key: true }, b: { type: integer, primary_key: true } }";
    const { components } = await exported(`name: names
databases: { main: { type: sqlite, file_path: data/names.db } }
endpoints:
  a-b: { path: /one, mock: { resource: { seed: [{ id: 1 }] } } }
  a_b: { path: /two, database: { table: pairs, auto_crud: true, fields: ${pair} } }
  a-b-new: { path: /three, mock: { resource: {} } }
  problem: { path: /four, mock: { resource: {} } }
`);

    expect(
      Object.keys(components.schemas)
        .filter((name) => !name.endsWith("Change"))
        .sort(),
    ).toEqual("AB AB2 AB2New ABNew ABNew2 ABNew2New Problem Problem2 Problem2New".split(" "));
    expect(components.schemas["AB2New"]).toMatchObject({ required: ["a", "b"] });
  });

  it("writes a file", async () => {
    using project = createProject({ "backworks.yaml": yaml });

    expect(await project.run("export openapi --output api.json")).toMatchObject({ code: 0, out: "✓ wrote api.json\n" });
    expect(JSON.parse(project.read("api.json"))).toMatchObject({ openapi: "3.1.1" });
    expect(await project.run("export swagger")).toMatchObject({ code: 2 });
  });
});
