import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { JsonValue } from "../exchange.ts";
import { isBackworksError } from "../errors.ts";
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
  .filter((value) => typeof value !== "string" || !value.includes("${"))
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

/** An expression as text, with parentheses around everything. */
function print(node: Expression): string {
  switch (node.kind) {
    case "literal":
      return node.value === null || typeof node.value !== "string" ? JSON.stringify(node.value) : printText(node.value);
    case "name":
      return node.name;
    case "member":
      return `${print(node.object)}${node.optional ? "?." : "."}${node.key}`;
    case "index":
      return `${print(node.object)}${node.optional ? "?." : ""}[${print(node.key)}]`;
    case "unary":
      return `(${node.operator} ${print(node.operand)})`;
    case "binary":
      return `(${print(node.left)} ${node.operator} ${print(node.right)})`;
    case "conditional":
      return `(${print(node.test)} ? ${print(node.then)} : ${print(node.otherwise)})`;
    case "array":
      return `[${node.items.map(print).join(", ")}]`;
    case "object":
      return `{ ${node.entries.map(([name, value]) => `${printText(name)}: ${print(value)}`).join(", ")} }`;
    case "call":
    case "text":
      throw new Error(`no ${node.kind} is made here`);
  }
}

function printText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** The expression without the offsets, which printing changes. */
function withoutSpans(node: Expression): unknown {
  return JSON.parse(
    JSON.stringify(node, (name, value: unknown) => (name === "start" || name === "end" ? undefined : value)),
  );
}

/** What an expression means, written once more the short way; `undefined` is missing. */
function naive(node: Expression, scope: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "name":
      return scope[node.name];
    case "member":
      return chained(node, read(naive(node.object, scope), node.key));
    case "index":
      return chained(node, read(naive(node.object, scope), text(naive(node.key, scope))));
    case "unary": {
      const operand = naive(node.operand, scope);
      return node.operator === "!" ? !operand : number(operand) === undefined ? null : -Number(operand);
    }
    case "binary":
      return binary(
        node.operator,
        () => naive(node.left, scope),
        () => naive(node.right, scope),
      );
    case "conditional":
      return naive(node.test, scope) ? naive(node.then, scope) : naive(node.otherwise, scope);
    case "array":
      return node.items.map((item) => naive(item, scope) ?? null);
    case "object":
      return Object.fromEntries(node.entries.map(([name, value]) => [name, naive(value, scope) ?? null]));
    case "call":
    case "text":
      throw new Error(`no ${node.kind} is made here`);
  }
}

function chained(node: Expression, value: unknown): unknown {
  for (let link: Expression = node; link.kind === "member" || link.kind === "index"; link = link.object) {
    if (link.optional) return value ?? null;
  }
  return value;
}

function read(holder: unknown, name: string): unknown {
  if (["__proto__", "constructor", "prototype"].includes(name)) throw new Error("forbidden");
  if (holder === null || holder === undefined || (typeof holder !== "object" && typeof holder !== "string"))
    return undefined;
  return Object.getOwnPropertyDescriptor(Object(holder), name)?.value;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
}

function number(value: unknown): number | undefined {
  if (typeof value === "string" && !/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*$/i.test(value)) return undefined;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
}

function binary(operator: BinaryOperator, left: () => unknown, right: () => unknown): unknown {
  const one = left();
  if (operator === "||") return one || right();
  if (operator === "&&") return one && right();
  if (operator === "??") return one ?? right();
  if (operator === ":-") return one === "" ? right() : (one ?? right());
  const other = right();
  const [a, b] = [number(one), number(other)];
  if (operator.startsWith("=") || operator.startsWith("!"))
    return same(one, other, operator.length === 3) === operator.startsWith("=");
  if (operator.startsWith("<") || operator.startsWith(">")) return ordered(operator, one, other);
  if (operator === "+" && (typeof one === "string" || typeof other === "string")) return text(one) + text(other);
  if (operator === "+" && Array.isArray(one) && Array.isArray(other))
    return [...(one as unknown[]), ...(other as unknown[])];
  if (a === undefined || b === undefined) return null;
  const results: Readonly<Record<string, number>> = { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "%": a % b };
  const result = results[operator] ?? Number.NaN;
  return Number.isFinite(result) ? result : null;
}

function ordered(operator: string, one: unknown, other: unknown): boolean {
  const [a, b] = [number(one), number(other)];
  const numeric = a !== undefined && b !== undefined;
  if (!numeric && (typeof one !== "string" || typeof other !== "string")) return false;
  const [x, y] = numeric ? [a, b] : [one as string, other as string];
  const results: Readonly<Record<string, boolean>> = { "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y };
  return results[operator] ?? false;
}

function same(one: unknown, other: unknown, strictly: boolean): boolean {
  if (!strictly && (typeof one === "string") !== (typeof other === "string")) {
    const [spelled, value] = typeof one === "string" ? [one, other] : [String(other), one];
    if (typeof value === "number") return number(spelled) === value;
    return typeof value === "boolean" && spelled === String(value);
  }
  return canonical(one ?? null) === canonical(other ?? null);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : Object.is(part, -0)
        ? 0
        : part,
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
        try {
          compile(text).evaluate(createScope());
        } catch (error) {
          expect(isBackworksError(error)).toBe(true);
        }
      }),
      { numRuns: 3000 },
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
