import { beforeAll, describe, expect, it } from "@jest/globals";
import type { JsonValue } from "../exchange.ts";
import { loadJsonSchemas, type CompileJsonSchema } from "./schema.ts";

function check(compiled: ReturnType<CompileJsonSchema>, row: unknown): unknown {
  return typeof compiled === "function" ? compiled(row) : compiled;
}

describe("JSON Schemas", () => {
  let compile: CompileJsonSchema;
  beforeAll(async () => {
    compile = await loadJsonSchemas();
  });

  it("reads draft-07 and 2020-12 by $schema", () => {
    const old = compile({
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { pair: { items: [{ type: "string" }, { type: "number" }] } },
    });
    const recent = compile({
      properties: { pair: { prefixItems: [{ type: "string" }, { type: "number" }] } },
    });

    for (const compiled of [old, recent]) {
      expect(check(compiled, { pair: ["a", 1] })).toEqual([]);
      expect(check(compiled, { pair: ["a", "b"] })).toEqual([
        { pointer: "/pair/1", detail: "must be number", keyword: "type" },
      ]);
    }
  });

  it("lets everybody annotate", () => {
    const compiled = compile({
      properties: { a: { type: "string", example: "b", "x-label": "A", title: "a" } },
      $defs: { b: {} },
    });

    expect(check(compiled, { a: "b" })).toEqual([]);
  });

  it("ends on a pattern that would take an engine that goes back for ever", () => {
    const compiled = compile({ properties: { a: { type: "string", pattern: "^(a+)+$" } } });

    expect(check(compiled, { a: `${"a".repeat(5000)}!` })).toHaveLength(1);
  });

  it.each(["draft-07", "2020-12"])("ends on branches of %s that refer to themselves", (draft) => {
    const node = { $ref: "#/definitions/node" };
    const branch = (kind: string): JsonValue => ({
      required: [kind],
      properties: { next: node, others: { type: "array", items: node } },
    });
    const $schema = draft === "draft-07" ? "http://json-schema.org/draft-07/schema#" : undefined;
    const definitions = { node: { anyOf: [branch("a"), branch("b")] } };
    const compiled = compile({ ...($schema !== undefined && { $schema }), definitions, ...node });
    const chain = (length: number, last: JsonValue): JsonValue =>
      length === 0 ? last : { b: 1, next: chain(length - 1, last) };

    expect(check(compiled, chain(8, { b: 1 }))).toEqual([]);
    expect(check(compiled, chain(60, {}))).toEqual([
      { pointer: "", detail: "takes too many steps to check", keyword: "$ref" },
    ]);
    expect(check(compiled, { b: 1, others: Array.from({ length: 60_000 }, () => ({ b: 1 })) })).toEqual([]);
  });

  it.each<[string, number, { readonly right: readonly unknown[]; readonly wrong: readonly unknown[] }]>([
    ["prices", 0.01, { right: [0.07, 19.99, 1.1, 1e15, 0, -4.35, 123_456_789.01], wrong: [0.075, 1e-7, 1.001] }],
    ["small numbers", 1e-8, { right: [1e-8, 3e-7, 12_391_239_123], wrong: [1.5e-8] }],
    ["large numbers", 10, { right: [1e23, 1e308, 20], wrong: [5, 2 ** 53 + 2] }],
    ["by what has a fraction", 2.5, { right: [5, 7.5, 1e300, "x", null], wrong: [6, 7.4] }],
  ])("divides %s as they are written", (_name, multipleOf, { right, wrong }) => {
    const compiled = compile({ multipleOf });

    expect(right.map((value) => check(compiled, value))).toEqual(right.map(() => []));
    expect(wrong.map((value) => check(compiled, value))).not.toContainEqual([]);
  });

  it.each<[string, JsonValue]>([
    ["const", { const: { a: 1, b: [{ c: null }] } }],
    ["enum", { enum: ["x", { b: [{ c: null }], a: 1 }] }],
  ])("compares objects of %s by what they hold", (_name, schema) => {
    // A configuration has objects without a prototype.
    const compiled = compile(Object.assign(Object.create(null), schema));

    expect(check(compiled, JSON.parse('{"b":[{"c":null}],"a":1}'))).toEqual([]);
    expect(check(compiled, Object.assign(Object.create(null), { a: 1, b: [{ c: null }] }))).toEqual([]);
    for (const other of ['{"a":1}', '{"a":1,"b":[{}]}', '{"valueOf":1}', '{"toString":1,"constructor":1}', "[1]"]) {
      expect(check(compiled, JSON.parse(other))).toHaveLength(1);
    }
  });

  it("tells the place of each of several values that are not those allowed", () => {
    const compiled = compile({ items: { enum: ["a"], multipleOf: 2 }, minItems: 1 });

    expect(check(compiled, ["b", "a", 3])).toMatchObject([
      { pointer: "/0", keyword: "enum" },
      { pointer: "/2", keyword: "enum" },
      { pointer: "/2", keyword: "multipleOf", detail: "must be multiple of 2" },
    ]);
    expect(check(compiled, ["a", "c"])).toMatchObject([{ pointer: "/1" }]);
  });

  it.each<[string, JsonValue, readonly (string | number)[]]>([
    ["to itself", { $ref: "#" }, ["$ref"]],
    [
      "in a list",
      { properties: { a: { allOf: [{ $ref: "#/properties/a" }] } } },
      ["properties", "a", "allOf", 0, "$ref"],
    ],
    [
      "by others",
      { $defs: { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }] } } },
      ["$defs", "a", "$ref"],
    ],
    ["on a condition", { if: { type: "string" }, else: { $ref: "#" } }, ["else", "$ref"]],
  ])("refuses a reference that leads in a circle: %s", (_name, schema, path) => {
    expect(compile(schema)).toMatchObject({ problem: expect.stringMatching(/^leads in a circle/), path });
  });

  it("refuses a circle through files", () => {
    const files: Record<string, JsonValue> = {
      "a.json": { $ref: "b.json" },
      "b.json": { allOf: [{ $ref: "a.json" }] },
    };

    expect(compile({ $ref: "a.json" }, (file) => files[file] ?? {})).toMatchObject({ path: ["$ref"] });
  });

  it("follows a reference that goes into the value", () => {
    const compiled = compile({
      $defs: { tree: { type: "object", properties: { kids: { items: { $ref: "#/$defs/tree" } } } }, "a/b%": true },
      allOf: [{ $ref: "#/$defs/tree" }, { $ref: "#/$defs/a~1b%25" }],
      properties: { const: { const: { $ref: "#" } } },
    });

    expect(check(compiled, { kids: [{ kids: [1] }] })).toMatchObject([{ pointer: "/kids/0/kids/0" }]);
  });

  it("finds the schema that an anchor names", () => {
    const compiled = compile({ $ref: "#whole", $defs: { b: { $anchor: "whole", type: "integer" } } });

    expect([check(compiled, 1), check(compiled, "a")]).toMatchObject([[], [{ keyword: "type" }]]);
  });

  it("refuses an enum that nothing can be", () => {
    expect(compile({ enum: [] })).toMatchObject({ problem: "cannot be used: enum must have at least one value" });
  });

  it("knows no checks that wait", () => {
    expect(compile({ $async: true, required: ["a"] })).toEqual({
      problem: "is no keyword of JSON Schema",
      path: ["$async"],
      ofKey: true,
    });
  });
});
