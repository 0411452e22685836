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
});
