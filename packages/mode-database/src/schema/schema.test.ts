import { expect, it } from "@jest/globals";
import { openTestDatabase } from "../../test/open-database.ts";
import { describeDatabases } from "../../test/servers.ts";
import { makeTables } from "../fields/make-tables.ts";
import type { FieldOptions } from "../options/endpoint.ts";
import { readSchema } from "./read-schema.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

describeDatabases("a schema", (target) => {
  it("has columns, types and keys as the database has them", async () => {
    await using database = await openTestDatabase(target);
    const counting =
      target.type === "postgresql" ? "serial" : target.type === "mysql" ? "integer AUTO_INCREMENT" : "INTEGER";
    const json = target.type === "postgresql" ? "jsonb" : "json";
    await database.query(
      `CREATE TABLE suppliers (code varchar(10) NOT NULL, region varchar(5) NOT NULL, PRIMARY KEY (code, region))`,
    );
    await database.query(
      `CREATE TABLE products (id ${counting} PRIMARY KEY, name varchar(50) NOT NULL UNIQUE, price decimal(10,2), active boolean NOT NULL DEFAULT true,
       made timestamp NULL, sold date, facts ${json}, weight double precision, code varchar(10), region varchar(5),
       twice decimal(10,2) GENERATED ALWAYS AS (price * 2) STORED,
       CONSTRAINT from_supplier FOREIGN KEY (code, region) REFERENCES suppliers (code, region))`,
    );
    await database.query("CREATE VIEW names AS SELECT id, name FROM products");

    const schema = await readSchema(database.engine);

    const products = schema.table("products")!;
    expect([...products.columns.values()].map(({ name, type }) => [name, type.name])).toEqual([
      ["id", "integer"],
      ["name", "text"],
      ["price", "decimal"],
      ["active", "boolean"],
      ["made", "timestamp"],
      ["sold", "date"],
      ["facts", "json"],
      ["weight", "number"],
      ["code", "text"],
      ["region", "text"],
      ["twice", "decimal"],
    ]);
    expect(products.columns.get("id")).toMatchObject({ nullable: false, hasDefault: true, generated: false });
    expect(products.columns.get("name")).toMatchObject({ nullable: false, hasDefault: false });
    expect(products.columns.get("active")).toMatchObject({ nullable: false, hasDefault: true });
    expect(products.columns.get("price")).toMatchObject({ nullable: true, hasDefault: false });
    expect(products.columns.get("twice")).toMatchObject({ generated: true });
    expect(products.primaryKey).toEqual(["id"]);
    expect(products.uniques).toEqual([["name"]]);
    expect(products.foreignKeys).toMatchObject([
      { columns: ["code", "region"], target: "suppliers", targetColumns: ["code", "region"] },
    ]);
    expect(schema.table("suppliers")!.primaryKey).toEqual(["code", "region"]);
    expect(schema.table("names")).toMatchObject({ kind: "view", primaryKey: [] });
  });

  it("is made of fields where tables are missing, and what is there stays", async () => {
    await using database = await openTestDatabase(target);
    const suppliers = {
      id: { type: "integer", primary_key: true },
      name: { type: "string", required: true, unique: true },
    } as const;
    const products: Record<string, FieldOptions> = {
      sku: { type: "string", primary_key: true },
      supplier_id: { type: "integer", references: "suppliers.id" },
      price: { type: "decimal" },
      active: { type: "boolean", default: true },
      made: { type: "timestamp", default: "now()" },
    };
    const wanted = [
      { database, table: "products", fields: products },
      { database, table: "suppliers", fields: suppliers },
    ];

    await makeTables(wanted, quiet);
    await database.query("INSERT INTO suppliers (name) VALUES ('a')");
    await makeTables(wanted, quiet);

    const schema = await readSchema(database.engine);
    expect(schema.table("products")!.primaryKey).toEqual(["sku"]);
    expect(schema.table("products")!.columns.get("active")).toMatchObject({
      type: { name: "boolean" },
      hasDefault: true,
    });
    expect((await database.query("SELECT id, name FROM suppliers")).rows).toEqual([{ id: 1, name: "a" }]);
  });
});
