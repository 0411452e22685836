import type { BinaryOperator, Expression, ExpressionOf } from "../src/template/syntax.ts";

type Printers = { readonly [Kind in Expression["kind"]]: (node: ExpressionOf<Kind>) => string };

const printers: Printers = {
  literal: ({ value }) => (typeof value === "string" ? printText(value) : JSON.stringify(value)),
  name: ({ name }) => name,
  member: ({ object, key, optional }) => `${print(object)}${optional ? "?." : "."}${key}`,
  index: ({ object, key, optional }) => `${print(object)}${optional ? "?." : ""}[${print(key)}]`,
  unary: ({ operator, operand }) => `(${operator} ${print(operand)})`,
  binary: ({ operator, left, right }) => `(${print(left)} ${operator} ${print(right)})`,
  conditional: ({ test, then, otherwise }) => `(${print(test)} ? ${print(then)} : ${print(otherwise)})`,
  array: ({ items }) => `[${items.map(print).join(", ")}]`,
  object: ({ entries }) => `{ ${entries.map(([name, value]) => `${printText(name)}: ${print(value)}`).join(", ")} }`,
  call: () => "",
  text: () => "",
};

/** An expression as text, with parentheses around everything; calls are not made by the tests that use it. */
export function print(node: Expression): string {
  // The table holds under every kind the printer of that kind.
  const printer = printers[node.kind] as (node: Expression) => string;
  return printer(node);
}

function printText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

type Data = Readonly<Record<string, unknown>>;
type Readers = { readonly [Kind in Expression["kind"]]: (node: ExpressionOf<Kind>, data: Data) => unknown };

const readers: Readers = {
  literal: ({ value }) => value,
  name: ({ name }, data) => data[name],
  member: (node, data) => chained(node, read(naive(node.object, data), node.key)),
  index: (node, data) => chained(node, read(naive(node.object, data), text(naive(node.key, data)))),
  unary: ({ operator, operand }, data) => {
    const value = naive(operand, data);
    return operator === "!" ? !value : number(value) === undefined ? null : -Number(value);
  },
  binary: ({ operator, left, right }, data) => {
    const lazy = lazyOperators[operator];
    return lazy === undefined
      ? eager(operator, naive(left, data), naive(right, data))
      : lazy(naive(left, data), () => naive(right, data));
  },
  conditional: ({ test, then, otherwise }, data) => (naive(test, data) ? naive(then, data) : naive(otherwise, data)),
  array: ({ items }, data) => items.map((item) => naive(item, data) ?? null),
  object: ({ entries }, data) => Object.fromEntries(entries.map(([name, value]) => [name, naive(value, data) ?? null])),
  call: () => undefined,
  text: () => undefined,
};

/** What an expression means, written once more the short way; `undefined` is missing. */
export function naive(node: Expression, data: Data): unknown {
  // The table holds under every kind the reader of that kind.
  const reader = readers[node.kind] as (node: Expression, data: Data) => unknown;
  return reader(node, data);
}

function chained(node: Expression, value: unknown): unknown {
  for (let link: Expression = node; link.kind === "member" || link.kind === "index"; link = link.object) {
    if (link.optional) return value ?? null;
  }
  return value;
}

function read(holder: unknown, name: string): unknown {
  if (["__proto__", "constructor", "prototype"].includes(name)) throw new Error("forbidden");
  if (holder === null || (typeof holder !== "object" && typeof holder !== "string")) return undefined;
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

const lazyOperators: Partial<Record<BinaryOperator, (one: unknown, other: () => unknown) => unknown>> = {
  "||": (one, other) => one || other(),
  "&&": (one, other) => one && other(),
  "??": (one, other) => one ?? other(),
  ":-": (one, other) => (one === "" ? other() : (one ?? other())),
};

function eager(operator: BinaryOperator, one: unknown, other: unknown): unknown {
  if (/^[=!]/.test(operator)) return same(one, other, operator.length === 3) === operator.startsWith("=");
  if (/^[<>]/.test(operator)) return ordered(operator, one, other);
  if (operator === "+" && (typeof one === "string" || typeof other === "string")) return text(one) + text(other);
  if (operator === "+" && Array.isArray(one) && Array.isArray(other))
    return [...(one as unknown[]), ...(other as unknown[])];
  return arithmetic(operator, number(one), number(other));
}

function arithmetic(operator: string, a: number | undefined, b: number | undefined): number | null {
  if (a === undefined || b === undefined) return null;
  const results: Readonly<Record<string, number>> = { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "%": a % b };
  const result = results[operator] ?? Number.NaN;
  return Number.isFinite(result) ? result : null;
}

function ordered(operator: string, one: unknown, other: unknown): boolean {
  const [a, b] = [number(one), number(other)];
  const numeric = a !== undefined && b !== undefined;
  if (!numeric && (typeof one !== "string" || typeof other !== "string")) return false;
  // Both are texts where they are no numbers.
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

/** Equal data as equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "object" && part !== null ? sorted(part) : part));
}

function sorted(part: object): unknown {
  if (Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
