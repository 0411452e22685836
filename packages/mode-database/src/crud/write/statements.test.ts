import { describe, expect, it } from "@jest/globals";
import { assembleSchema } from "../../schema/schema.ts";
import { sqlite } from "../../sqlite/dialect.ts";
import { WriteStatements } from "./statements.ts";

const names = ["id", ...Array.from({ length: 300 }, (_one, index) => `c${index}`)];
const columns = names.map((name) => ({
  table: "t",
  kind: "table" as const,
  name,
  type: { name: "integer" as const },
  declared: "INTEGER",
  nullable: true,
  hasDefault: false,
  generated: false,
}));
const table = assembleSchema(columns, [{ table: "t", key: "k", kind: "primary", column: "id" }]).table("t");

describe("the statements that write to a table", () => {
  it("stay prepared up to a number, in however many ways bodies name columns", () => {
    if (table === undefined) throw new TypeError("no table t");
    const statements = new WriteStatements(table, sqlite, new Map());

    const made = names.slice(1).map((name) => statements.insert([name], ["id"]));

    expect(new Set(made.map(({ name }) => name)).size).toBe(201);
    expect(statements.insert(["c0"], ["id"])).toBe(made[0]);
    expect(made[299]).toMatchObject({ name: "", text: 'INSERT INTO "t" ("c299") VALUES (?) RETURNING "id"' });
  });
});
