import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { JsonValue } from "../exchange.ts";
import { isBackworksError } from "../errors.ts";
import { canonical, naive, print } from "../../test/naive-expression.ts";
import { compile, createScope } from "../../test/template-rig.ts";
import { parse } from "./parser.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";
import { precedence } from "./syntax.ts";

const names = { older: false, isFunction: () => false, isRoot: (name: string) => ["body", "query"].includes(name) };
const at = { start: 0, end: 0 };

const literal = fc
  .oneof(
    fc.integer({ min: 0, max: 999 }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
  )
  // Names of prototypes as keys are refused at load, even in a branch that is never taken: a property of their own.
  .filter((value) => typeof value !== "string" || !/\$\{|^(?:__proto__|constructor|prototype)$/.test(value))
  .map((value): Expression => ({ kind: "literal", value, ...at }));
const root = fc.constantFrom("body", "query").map((name): Expression => ({ kind: "name", name, ...at }));
const key = fc.constantFrom("a", "b", "list", "text", "length");

const { expression } = fc.letrec<{ expression: Expression; read: Expression }>((tie) => ({
  read: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    root,
    fc
      .record({ object: tie("read"), key, optional: fc.boolean() })
      .map((part): Expression => ({ kind: "member", ...part, ...at })),
    fc
      .record({ object: tie("read"), key: tie("expression"), optional: fc.boolean() })
      .map((part): Expression => ({ kind: "index", ...part, ...at })),
  ),
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    literal,
    tie("read"),
    fc
      .record({ operator: fc.constantFrom("!" as const, "-" as const), operand: tie("expression") })
      .map((part): Expression => ({ kind: "unary", ...part, ...at })),
    fc
      .record({
        // The names of the table are its operators.
        operator: fc.constantFrom(...(Object.keys(precedence) as BinaryOperator[])),
        left: tie("expression"),
        right: tie("expression"),
      })
      .map((part): Expression => ({ kind: "binary", ...part, ...at })),
    fc
      .record({ test: tie("expression"), then: tie("expression"), otherwise: tie("expression") })
      .map((part): Expression => ({ kind: "conditional", ...part, ...at })),
    fc.array(tie("expression"), { maxLength: 3 }).map((items): Expression => ({ kind: "array", items, ...at })),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b c", "0"), tie("expression")), { maxLength: 3 })
      .map((entries): Expression => ({ kind: "object", entries, ...at })),
  ),
}));

/** The expression without the offsets, which printing changes. */
function withoutSpans(node: Expression): unknown {
  return JSON.parse(
    JSON.stringify(node, (name, value: unknown) => (name === "start" || name === "end" ? undefined : value)),
  );
}

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const body = fc.record({
  a: json,
  b: json,
  list: fc.array(json, { maxLength: 3 }),
  text: fc.string(),
}) as fc.Arbitrary<JsonValue>;

function outcome(run: () => unknown): unknown {
  try {
    return run() ?? null;
  } catch {
    return "an error";
  }
}

/** `fine` for a value and for an error of ours; any other error itself. */
function outcomeOf(run: () => unknown): unknown {
  try {
    run();
    return "fine";
  } catch (error) {
    return isBackworksError(error) ? "fine" : error;
  }
}

describe("properties of templates", () => {
  it("parses what it prints to the same expression", () => {
    fc.assert(
      fc.property(expression, (node) => {
        const printed = print(node);
        const parsed = parse(printed, { from: 0, to: printed.length }, names);

        expect(withoutSpans(parsed)).toEqual(withoutSpans(node));
      }),
      { numRuns: 500 },
    );
  });

  it("means what a naive evaluator says", () => {
    let values = 0;
    fc.assert(
      fc.property(expression, body, (node, body) => {
        const query = { a: "1", text: "x", list: ["2", "y"] };
        const expected = outcome(() => naive(node, { body, query }));
        const answer = outcome(() => compile(`\${${print(node)}}`).evaluate(createScope({ body, query })));

        if (answer !== "an error" && answer !== null) values += 1;
        expect(canonical(answer)).toBe(canonical(expected));
      }),
      { numRuns: 1500 },
    );
    // Most of them answer something: the property is not about errors only.
    expect(values).toBeGreaterThan(700);
  });

  it("writes as JSON what it evaluates to", () => {
    const leaf = fc.oneof(
      expression.map((node) => `\${${print(node)}}`),
      fc.constantFrom("a ${body.text} b", "plain", "${i}", "${item}"),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.integer(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "${body.text}"), tie("value"), { maxKeys: 3 }),
        fc.record({ $repeat: fc.integer({ min: 0, max: 3 }), $each: tie("value") }),
        fc.record({ $if: leaf, $then: tie("value") }),
      ),
    }));
    fc.assert(
      fc.property(value, body, (value, body) => {
        const template = outcome(() => compile({ $repeat: 1, $each: value }));
        if (typeof template === "string") return;
        const { evaluate, renderJson } = template as ReturnType<typeof compile>;
        const evaluated = outcome(() => JSON.stringify(evaluate(createScope({ body }))));

        expect(outcome(() => renderJson(createScope({ body })))).toBe(evaluated);
      }),
      { numRuns: 500 },
    );
  });

  it("answers any text with a value or an error of ours", () => {
    const piece = fc.constantFrom(
      "${",
      "}",
      "{{",
      "}}",
      "'",
      '"',
      "(",
      ")",
      "[",
      "]",
      ".",
      "?.",
      ":-",
      "?",
      ":",
      "path",
      "body",
      "upper",
      "random_int",
      " ",
      "1",
      "-",
      "+",
      "||",
      "\\",
      "$",
      "$${",
      "\n",
      ",",
      "é",
      "\u{1F600}",
      "__proto__",
      "faker",
      "state",
      "get",
    );
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 25 }).map((parts) => parts.join("")),
      fc.array(piece, { maxLength: 20 }).map((parts) => `\${${parts.join("")}}`),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const answer = outcomeOf(() => compile(text).evaluate(createScope()));

        expect(answer).toBe("fine");
      }),
      { numRuns: 1500 },
    );
  });

  it("never reads a property of a prototype", () => {
    const name = fc.oneof(
      fc.constantFrom("__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "map", "call"),
      fc.string(),
    );
    fc.assert(
      fc.property(
        name,
        fc.constantFrom("body", "query", "path", "headers", "cookies", "mock.data", "'text'"),
        (name, holder) => {
          const scope = createScope({ body: { name, held: 1 }, query: { name }, params: {}, headers: {} });
          const value = outcome(() => compile(`\${${holder}[body.name]}`).evaluate(scope));

          expect(["string", "number", "object"]).toContain(typeof value);
          expect(
            value === null || value === "an error" || ["held", "name", "length"].includes(name) || /^\d+$/.test(name),
          ).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(["(", "[", "!", "-", "${", "{a:", "1+(", "upper(", "a?", "body[", "'${", "1+", "1||", "1?1:"])(
    "refuses %s nested without end",
    (opening) => {
      const deep = `\${${opening.repeat(20_000)}1`;

      expect(() => compile(deep)).toThrow(expect.objectContaining({ code: "BW_CONFIG_INVALID" }));
      expect(() => compile(`${deep}${"}".repeat(20_001)}`)).toThrow(
        expect.objectContaining({ code: "BW_CONFIG_INVALID" }),
      );
    },
  );

  it("takes a long chain of operators", () => {
    expect(compile(`\${${"1+".repeat(900)}1}`).evaluate(createScope())).toBe(901);
  });
});
