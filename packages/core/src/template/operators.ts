import type { BinaryOperator, UnaryOperator } from "./syntax.ts";
import { compare, equals, identical, isTruthy, toNumber, toText } from "./values.ts";

type Binary = (left: unknown, right: unknown) => unknown;

/** Operators that look at both sides; the others decide by the left one. */
export const binaryOperators: Readonly<Record<Exclude<BinaryOperator, LazyOperator>, Binary>> = {
  "==": equals,
  "!=": (left, right) => !equals(left, right),
  "===": identical,
  "!==": (left, right) => !identical(left, right),
  "<": (left, right) => ordered(left, right, (order) => order < 0),
  "<=": (left, right) => ordered(left, right, (order) => order <= 0),
  ">": (left, right) => ordered(left, right, (order) => order > 0),
  ">=": (left, right) => ordered(left, right, (order) => order >= 0),
  "+": add,
  "-": (left, right) => arithmetic(left, right, (one, other) => one - other),
  "*": (left, right) => arithmetic(left, right, (one, other) => one * other),
  "/": (left, right) => arithmetic(left, right, (one, other) => one / other),
  "%": (left, right) => arithmetic(left, right, (one, other) => one % other),
};

export type LazyOperator = "||" | "??" | "&&" | ":-";

/** Whether the left side of an operator is its value, so that the right one is not looked at. */
export const endsWithLeft: Readonly<Record<LazyOperator, (left: unknown) => boolean>> = {
  "||": isTruthy,
  "&&": (left) => !isTruthy(left),
  "??": (left) => left !== undefined && left !== null,
  ":-": (left) => left !== undefined && left !== null && left !== "",
};

export function isLazy(operator: BinaryOperator): operator is LazyOperator {
  return Object.hasOwn(endsWithLeft, operator);
}

export const unaryOperators: Readonly<Record<UnaryOperator, (operand: unknown) => unknown>> = {
  "!": (operand) => !isTruthy(operand),
  "-": (operand) => {
    const number = toNumber(operand);
    return number === undefined ? null : -number;
  },
};

/** What has no order is neither before nor after anything. */
function ordered(left: unknown, right: unknown, test: (order: number) => boolean): boolean {
  const order = compare(left, right);
  return order !== undefined && test(order);
}

/** Text when either side is one, the list of both when both are lists, otherwise the sum. */
function add(left: unknown, right: unknown): unknown {
  if (typeof left === "string" || typeof right === "string") return toText(left) + toText(right);
  if (Array.isArray(left) && Array.isArray(right)) return [...(left as unknown[]), ...(right as unknown[])];
  return arithmetic(left, right, (one, other) => one + other);
}

/** `null` where a side is no number, or the result is none that JSON can say. */
function arithmetic(left: unknown, right: unknown, combine: (one: number, other: number) => number): number | null {
  const one = toNumber(left);
  const other = toNumber(right);
  if (one === undefined || other === undefined) return null;
  const result = combine(one, other);
  return Number.isFinite(result) ? result : null;
}
