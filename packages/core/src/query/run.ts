import type { JsonValue } from "../exchange.ts";
import { matchesLike } from "./like.ts";
import type { Comparison, Condition, Order, Query, QueryResult, Row } from "./query.ts";

/** Runs a query over rows in memory; what is equal keeps its order. */
export function runQuery(rows: Iterable<Row>, query: Query): QueryResult {
  const found: Row[] = [];
  for (const row of rows) if (matches(query.where, row) === true) found.push(row);
  if (query.order.length > 0) found.sort((left, right) => compareRows(query.order, left, right));
  return { rows: found.slice(query.offset, query.offset + query.limit), total: found.length };
}

/** `undefined` is SQL's unknown. */
function matches(condition: Condition, row: Row): boolean | undefined {
  switch (condition.kind) {
    case "all":
      return matchesAll(condition.of, row);
    case "not":
      return negate(matches(condition.of, row));
    case "compare":
      return compares(condition.operator, compareToText(valueOf(row, condition.column), condition.operand));
    case "in":
      return isIn(valueOf(row, condition.column), condition.operands);
    case "is":
      return valueOf(row, condition.column) === condition.value;
    default:
      return isLike(condition, valueOf(row, condition.column));
  }
}

function matchesAll(conditions: readonly Condition[], row: Row): boolean | undefined {
  let all: boolean | undefined = true;
  for (const condition of conditions) {
    const answer = matches(condition, row);
    if (answer === false) return false;
    if (answer === undefined) all = undefined;
  }
  return all;
}

function negate(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

/** A field that is not there is nothing, as a column without a value is. */
function valueOf(row: Row, column: string): JsonValue {
  return (Object.hasOwn(row, column) ? row[column] : null) ?? null;
}

const different = Symbol("different");

/** How a value stands to a text of a query; `undefined` when the value is nothing, `different` when no order joins the two. */
function compareToText(value: JsonValue, text: string): number | typeof different | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return order(value, text);
  if (typeof value === "boolean")
    return text === "true" || text === "false" ? Number(value) - Number(text === "true") : different;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return typeof value === "number" && !Number.isNaN(number) ? order(value, number) : different;
}

function order<T extends number | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function compares(operator: Comparison, difference: number | typeof different | undefined): boolean | undefined {
  if (difference === undefined) return undefined;
  if (difference === different) return operator === "neq";
  return holds[operator](difference);
}

const holds: Readonly<Record<Comparison, (difference: number) => boolean>> = {
  eq: (difference) => difference === 0,
  neq: (difference) => difference !== 0,
  gt: (difference) => difference > 0,
  gte: (difference) => difference >= 0,
  lt: (difference) => difference < 0,
  lte: (difference) => difference <= 0,
};

function isIn(value: JsonValue, operands: readonly string[]): boolean | undefined {
  return value === null ? undefined : operands.some((operand) => compareToText(value, operand) === 0);
}

function isLike(
  { pattern, ignoreCase }: { pattern: string; ignoreCase: boolean },
  value: JsonValue,
): boolean | undefined {
  if (value === null) return undefined;
  if (typeof value === "object") return false;
  return ignoreCase
    ? matchesLike(pattern.toLowerCase(), String(value).toLowerCase())
    : matchesLike(pattern, String(value));
}

function compareRows(orders: readonly Order[], left: Row, right: Row): number {
  for (const { column, descending, nulls } of orders) {
    const [a, b] = [valueOf(left, column), valueOf(right, column)];
    if (a === null || b === null) {
      const difference = Number(a === null) - Number(b === null);
      if (difference !== 0) return nulls === "last" ? difference : -difference;
      continue;
    }
    const difference = compareValues(a, b);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return 0;
}

/** Numbers by size, texts by code unit, false before true; values of different types by type. */
function compareValues(left: JsonValue, right: JsonValue): number {
  const [a, b] = [sortable(left), sortable(right)];
  return typeof a === typeof b ? order(a, b) : order(typeof a, typeof b);
}

function sortable(value: JsonValue): number | string {
  if (typeof value === "number" || typeof value === "string") return value;
  return typeof value === "boolean" ? Number(value) : JSON.stringify(value);
}
