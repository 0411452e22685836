import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { JsonValue } from "../../../exchange.ts";
import { Mistakes } from "../mistakes.ts";
import { compileJsonCondition, compileTextCondition, type ConditionOptions } from "./condition.ts";
import { loadEngines } from "./engines.ts";
import { operators } from "./operators.ts";

const now = Date.UTC(2026, 5, 1);
const engines = await loadEngines({ matches: "x" });

function options(): ConditionOptions & { readonly mistakes: Mistakes } {
  const source = { file: "backworks.yaml", text: "" };
  const mistakes = new Mistakes(() => ({ source, line: 1, column: 1, length: 1 }));
  return { engines, now: () => now, mistakes };
}

function passesText(condition: JsonValue, actual: unknown): boolean {
  const given = options();
  const { test } = compileTextCondition(condition, ["x"], given);
  given.mistakes.throwIfAny();
  return test(actual);
}

function passesJson(condition: JsonValue, actual: unknown): boolean {
  const given = options();
  const { test } = compileJsonCondition(condition, ["x"], given);
  given.mistakes.throwIfAny();
  return test(actual);
}

describe("a condition on text", () => {
  it.each<[JsonValue, unknown, boolean]>([
    ["pro", "pro", true],
    ["pro", "Pro", false],
    ["pro", undefined, false],
    [7, "7", true],
    [7, 7, true],
    [true, "true", true],
    ["b", ["a", "b"], true],
    [{ equals: "a" }, "a", true],
    [{ not: "a" }, "b", true],
    [{ not: "a" }, ["b", "a"], false],
    [{ not: "a" }, undefined, true],
    [{ not: { contains: "z" } }, "abc", true],
    [{ contains: "b" }, "abc", true],
    [{ contains: "z" }, "abc", false],
    [{ starts_with: "ab" }, "abc", true],
    [{ ends_with: "bc" }, "abc", true],
    [{ ends_with: "ab" }, "abc", false],
    [{ matches: "^a.c$" }, "abc", true],
    [{ matches: "b" }, "abc", true],
    [{ matches: "^b" }, "abc", false],
    [{ in: ["a", "b"] }, "b", true],
    [{ in: [1, 2] }, "2", true],
    [{ in: ["a", "b"] }, "c", false],
    [{ not_in: ["a", "b"] }, "c", true],
    [{ not_in: ["a", "b"] }, "a", false],
    [{ exists: true }, "", true],
    [{ exists: true }, undefined, false],
    [{ exists: false }, undefined, true],
    [{ absent: true }, undefined, true],
    [{ absent: true }, "x", false],
    [{ absent: false }, "x", true],
    [{ gt: 5 }, "6", true],
    [{ gt: 5 }, "5", false],
    [{ gt: 5 }, "many", false],
    [{ gt: 5 }, undefined, false],
    [{ gte: 5 }, "5", true],
    [{ lt: 5 }, "4.5", true],
    [{ lte: 5 }, "5", true],
    [{ gte: 1, lt: 5 }, "4", true],
    [{ gte: 1, lt: 5 }, "5", false],
    [{ before: "2026-02-01" }, "2026-01-31", true],
    [{ before: "2026-02-01" }, "2026-02-01", false],
    [{ after: "now" }, "2026-06-02", true],
    [{ after: "now" }, "2026-05-31T23:59:59Z", false],
    [{ before: "now" }, "no date", false],
    [{ all_of: [{ starts_with: "a" }, { ends_with: "c" }] }, "abc", true],
    [{ all_of: [{ starts_with: "a" }, { ends_with: "z" }] }, "abc", false],
    [{ any_of: ["x", { contains: "b" }] }, "abc", true],
    [{ none_of: ["x", "y"] }, "z", true],
    [{ none_of: ["x", "y"] }, "x", false],
    [{ includes: "a" }, ["a", "b"], true],
    [{ includes: ["a", { starts_with: "b" }] }, ["bb", "c", "a"], true],
    [{ includes: ["a", "z"] }, ["a", "b"], false],
    [{ includes: "a" }, "a", true],
    [{ includes: "a" }, undefined, false],
    [{ exactly: ["a", "b"] }, ["b", "a"], true],
    [{ exactly: ["a", "b"] }, ["b", "a", "c"], false],
    [{ exactly: ["a", "a"] }, ["a", "b"], false],
    [{ exactly: [{ contains: "a" }, "ab"] }, ["ab", "ca"], true],
    [{ exactly: [] }, undefined, true],
  ])("%j of %j is %j", (condition, actual, passes) => {
    expect(passesText(condition, actual)).toBe(passes);
  });

  it("has a case for every operator", () => {
    expect([...operators.keys()].sort()).toEqual(
      "absent after all_of any_of before contains ends_with equals exactly exists gt gte in includes lt lte matches none_of not not_in starts_with".split(
        " ",
      ),
    );
  });
});

describe("a condition on JSON", () => {
  it.each<[JsonValue, unknown, boolean]>([
    [5, 5, true],
    [5, "5", false],
    [null, null, true],
    [null, undefined, false],
    [[], [], true],
    [[], [1], false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1 }, { b: 2 }, false],
    [{ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 1, d: 2 }], e: 3 } }, true],
    [{}, { a: 1 }, true],
    [{}, [], false],
    [{ a: { gt: 5 } }, { a: 6 }, true],
    [{ a: { absent: true } }, {}, true],
    [{ a: { absent: true } }, { a: 1 }, false],
    [{ a: { equals: { gt: 5 } } }, { a: { gt: 5 } }, true],
    [{ equals: { a: 1 } }, { a: 1, b: 2 }, false],
    [{ contains: "b" }, ["a", "b"], true],
    [{ contains: "b" }, "abc", true],
    [{ contains: "b" }, 5, false],
    [{ includes: { sku: "x" } }, [{ sku: "y" }, { sku: "x", n: 1 }], true],
    [{ exactly: [{ n: 1 }, { n: 2 }] }, [{ n: 2 }, { n: 1 }], true],
    [{ in: ["a", 1] }, 1, true],
    [{ in: ["a", 1] }, "1", false],
    [{ starts_with: "a" }, 5, false],
    [{ matches: "^4\\d$" }, 42, true],
    [{ __proto__: 1 }, {}, true],
  ])("%j of %j is %j", (condition, actual, passes) => {
    expect(passesJson(condition, actual)).toBe(passes);
  });

  it("passes for the value it is made from, and for one with more keys", () => {
    const value = fc.jsonValue().filter((made) => !JSON.stringify(made).includes("${"));

    fc.assert(
      fc.property(value, (made) => {
        const condition = { equals: JSON.parse(JSON.stringify(made)) as JsonValue };

        expect(passesJson(condition, JSON.parse(JSON.stringify(made)))).toBe(true);
        expect(passesJson({ key: condition }, { key: JSON.parse(JSON.stringify(made)), more: 1 })).toBe(true);
      }),
    );
  });
});

const re2 = "patterns are those of RE2: no look-around, no back-references";

describe("a mistake in a condition", () => {
  it.each<[JsonValue, string, string | undefined]>([
    [{ start_with: "a" }, "BW_MOCK_OPERATOR_UNKNOWN", "did you mean starts_with?"],
    [{ gt: "many" }, "BW_MOCK_OPERATOR_VALUE", undefined],
    [{ regex: "a" }, "BW_MOCK_OPERATOR_UNKNOWN", "did you mean matches?"],
    [{ in: "a" }, "BW_MOCK_OPERATOR_VALUE", "write [a]"],
    [{ in: [] }, "BW_MOCK_OPERATOR_VALUE", undefined],
    [{ exists: "yes" }, "BW_MOCK_OPERATOR_VALUE", undefined],
    [{ before: "soon" }, "BW_MOCK_OPERATOR_VALUE", undefined],
    [{ matches: "(" }, "BW_MOCK_PATTERN_INVALID", re2],
    [{ matches: "(a)\\1" }, "BW_MOCK_PATTERN_INVALID", re2],
    [null, "BW_MOCK_CONDITION_INVALID", "write `absent: true` for a field that must not be there"],
    [["a"], "BW_MOCK_CONDITION_INVALID", "`in: […]` is one of a list, `exactly: […]` all of it"],
    ["${path.id}", "BW_MOCK_CONDITION_TEMPLATE", "use `expr:` to compare with an expression"],
    [{ not: { contain: "a" } }, "BW_MOCK_OPERATOR_UNKNOWN", "did you mean contains?"],
    [{ any_of: ["a", { gtt: 1 }] }, "BW_MOCK_OPERATOR_UNKNOWN", "did you mean gt?"],
  ])("%j is %s", (condition, code, hint) => {
    const given = options();

    compileTextCondition(condition, ["x"], given);

    expect(() => given.mistakes.throwIfAny()).toThrow(
      expect.objectContaining({ code: "BW_CONFIG_INVALID", errors: [expect.objectContaining({ code, hint })] }),
    );
  });
});

describe("a regular expression", () => {
  it("takes linear time whatever the pattern", () => {
    const text = `${"a".repeat(30_000)}!`;
    const before = performance.now();

    const passes = passesText({ matches: "^(a+)+$" }, text);

    expect(passes).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
