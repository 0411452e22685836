import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { createProject } from "../../testing/project.ts";

// threads begin here
jest.setTimeout(60_000);

const yaml = `name: shop
databases: { main: { type: sqlite, file_path: data/shop.db, migrations: { dir: sql } } }
endpoints:
  products:
    path: /products
    database: { query: "SELECT id, name FROM products ORDER BY id", table: products, seed: products.json }
`;

describe("db", () => {
  it("creates, tells, runs and takes back migrations", async () => {
    using project = createProject({ "backworks.yaml": yaml, "products.json": "[]" });

    const created = await project.run("db migrate create 'Add products!'");
    const [down = "", up = ""] = readdirSync(join(project.folder, "sql")).sort();
    project.write(`sql/${up}`, "CREATE TABLE products (id integer PRIMARY KEY, name text)");
    project.write(`sql/${down}`, "DROP TABLE products");

    expect(created.code).toBe(0);
    expect(up).toMatch(/^\d{14}_add_products\.sql$/);
    expect(await project.run("db migrate status")).toMatchObject({ code: 7 });
    expect((await project.run("db migrate up --json")).json()).toEqual({ database: "main", up: [up.slice(0, -4)] });
    expect(await project.run("db migrate up")).toMatchObject({ code: 0, out: "nothing is pending\n" });
    expect(await project.run("db migrate status")).toMatchObject({ code: 0 });
    expect((await project.run("db migrate down --json")).json()).toEqual({ database: "main", down: [up.slice(0, -4)] });
  });

  it("fills tables that are empty", async () => {
    const products = [
      { id: 1, name: "tea" },
      { id: 2, name: "it's" },
    ];
    using project = createProject({
      "backworks.yaml": yaml,
      "products.json": JSON.stringify(products),
      "sql/1.sql": "CREATE TABLE products (id integer PRIMARY KEY, name text)",
    });
    await project.run("db migrate up");

    expect((await project.run("db seed --json")).json()).toEqual({
      database: "main",
      tables: [{ table: "products", rows: 2 }],
    });
    expect((await project.run("db seed --json")).json()).toEqual({
      database: "main",
      tables: [{ table: "products", rows: 0 }],
    });
    expect((await project.run("try GET /products --json")).json()).toMatchObject({ status: 200, body: products });
  });

  it("says what is missing", async () => {
    using project = createProject({ "backworks.yaml": yaml, "products.json": "[]" });

    expect(await project.run("db migrate up --database other")).toMatchObject({
      code: 1,
      err: expect.stringContaining("BW_DATABASE_UNKNOWN"),
    });
    expect(await project.run("db migrate create")).toMatchObject({ code: 2 });
  });
});
