import { beforeAll, describe, expect, it } from "@jest/globals";
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
});
