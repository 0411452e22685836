import { describe, expect, it } from "@jest/globals";
import type { JsonValue } from "@backworks/core";
import { inferColumns, typeOfValues } from "./columns.ts";

describe("typeOfValues", () => {
  it.each<[JsonValue[], string | undefined]>([
    [[], undefined],
    [[1, -5], "integer"],
    [[1, 2 ** 40], "bigint"],
    [[1, 2.5], "float"],
    [[1, 2 ** 60], "float"],
    [[true, false], "boolean"],
    [["a", "2026-01-31"], "text"],
    [["2026-01-31", "2024-02-29"], "date"],
    [["2026-13-31"], "text"],
    [["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.25Z"], "timestamp"],
    [["2026-01-31T12:00:00.250Z"], "text"],
    [["2026-01-31T12:00:00+01:00"], "text"],
    [[1, "a"], "json"],
    [[{ a: 1 }], "json"],
    [[["a"]], "json"],
  ])("%j is %s", (values, type) => {
    expect(typeOfValues(values)).toBe(type);
  });
});

const id = { field: "id", type: undefined, generate: undefined };
const none = new Map<string, never>();

describe("inferColumns", () => {
  it("goes by the values where no schema is", () => {
    const rows = [
      { name: "tea", id: 1, price: 2.5, tags: ["a"] },
      { name: "ink", id: 2, price: 3, sold: "2026-01-31" },
    ];

    expect(inferColumns({ rows, id, schema: undefined, references: none })).toEqual({
      columns: {
        id: { type: "integer", primaryKey: true },
        name: { type: "text" },
        price: { type: "float" },
        tags: { type: "json" },
        sold: { type: "date" },
      },
      notes: [],
    });
  });

  it("goes by the schema, and keeps its rules", () => {
    const schema = {
      required: ["name", "price"],
      oneOf: [{}],
      properties: {
        sku: { type: "string" },
        name: { type: "string", minLength: 1, pattern: "^[a-z]" },
        price: { type: ["number", "null"], minimum: 0, multipleOf: 0.01 },
        state: { enum: ["new", "sold"] },
        at: { type: "string", format: "date-time" },
      },
    };

    const found = inferColumns({
      rows: [{ sku: "a", at: "2026-01-31T12:00:00.000Z" }],
      id: { field: "sku", type: "string", generate: "uuid" },
      schema,
      references: none,
    });

    expect(found.columns).toEqual({
      sku: { type: "string", primaryKey: true, default: "uuid()" },
      at: { type: "text" },
      name: { type: "text", required: true, check: expect.objectContaining({ minLength: 1 }) },
      price: { type: "float", check: expect.objectContaining({ minimum: 0 }) },
      state: { type: "text", check: expect.objectContaining({ among: ["new", "sold"] }) },
    });
    expect(found.notes).toEqual([
      "oneOf of the schema is no rule of the table",
      "pattern of name is no rule of the table",
      "multipleOf of price is no rule of the table",
      "state has no value yet: it is taken for a text",
    ]);
  });

  it("refers to other tables with a column of their key's type", () => {
    const references = new Map([["product", { to: "products.sku", type: "string" as const }]]);

    expect(
      inferColumns({ rows: [{ id: 1, product: "a" }], id, schema: undefined, references }).columns["product"],
    ).toEqual({
      type: "string",
      references: "products.sku",
    });
  });

  it("takes times for texts where the mock would sort them so", () => {
    const typeOf = (...times: string[]): unknown =>
      inferColumns({ rows: times.map((at, index) => ({ id: index, at })), id, schema: undefined, references: none })
        .columns["at"];

    expect(typeOf("2026-01-31T12:00:00Z", "2026-01-31T12:00:01Z")).toEqual({ type: "timestamp" });
    expect(typeOf("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z")).toEqual({ type: "text" });
  });

  it("takes nobody's keys for texts when they are counted", () => {
    expect(
      inferColumns({ rows: [], id: { ...id, generate: "none", type: "string" }, schema: {}, references: none }).columns,
    ).toEqual({
      id: { type: "string", primaryKey: true },
    });
  });
});
