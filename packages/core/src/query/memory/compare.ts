import type { JsonValue } from "../../exchange.ts";
import { compareDecimals, toDecimal } from "../decimal.ts";
import type { ValueType } from "../types.ts";
import { textOf } from "./field.ts";

/** Negative, zero or positive; `NaN` when no order joins the two. Neither value is `null`. */
export type Compare = (left: JsonValue, right: JsonValue) => number;

/** How values of a type compare with each other. */
export function comparatorOf({ name }: ValueType): Compare {
  switch (name) {
    case "integer":
    case "number":
    case "decimal":
      return compareNumbers;
    case "date":
    case "timestamp":
      return compareInstants;
    case "any":
      return compareAny;
    case "boolean":
    case "json":
    case "list":
      return compareJson;
    default:
      return compareTexts;
  }
}

/** How a value of a column stands to a value of a query. */
export function comparatorTo(type: ValueType, operand: JsonValue): (value: JsonValue) => number {
  if (type.name === "any") return compareToText(textOf(operand));
  const compare = comparatorOf(type);
  return (value) => compare(value, operand);
}

export function order<T extends number | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A column of which no type is known: the value says how the text is read. */
function compareToText(text: string): (value: JsonValue) => number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return (value) => {
    if (typeof value === "number") return Number.isNaN(number) ? Number.NaN : order(value, number);
    if (typeof value === "string") return order(value, text);
    if (typeof value !== "boolean" || !(text === "true" || text === "false")) return Number.NaN;
    return Number(value) - Number(text === "true");
  };
}

function compareNumbers(left: JsonValue, right: JsonValue): number {
  if (typeof left === "number" && typeof right === "number") return order(left, right);
  const [a, b] = [toDecimal(textOf(left)), toDecimal(textOf(right))];
  return a === undefined || b === undefined ? Number.NaN : compareDecimals(a, b);
}

function compareInstants(left: JsonValue, right: JsonValue): number {
  if (left === right) return 0;
  const [a, b] = [instantOf(textOf(left)), instantOf(textOf(right))];
  return Number.isNaN(a) || Number.isNaN(b) ? compareTexts(left, right) : order(a, b);
}

/** A time without a zone is one of UTC. */
function instantOf(text: string): number {
  const whole = text.includes("T") ? text.replace(/(?<=[+-]\d\d)$/, ":00") : `${text}T00:00`;
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(whole) ? whole : `${whole}Z`);
}

function compareTexts(left: JsonValue, right: JsonValue): number {
  if (typeof left === "object" || typeof right === "object") return compareJson(left, right);
  return order(textOf(left), textOf(right));
}

/** Numbers by size, texts by code unit, false before true; values of different types by type. */
function compareAny(left: JsonValue, right: JsonValue): number {
  const [a, b] = [sortable(left), sortable(right)];
  return typeof a === typeof b ? order(a, b) : order(typeof a, typeof b);
}

function sortable(value: JsonValue): number | string {
  if (typeof value === "number" || typeof value === "string") return value;
  return typeof value === "boolean" ? Number(value) : JSON.stringify(value);
}

/** As PostgreSQL orders jsonb: nothing, texts, numbers, booleans, lists, objects; the longer after the shorter. */
export function compareJson(left: JsonValue, right: JsonValue): number {
  const [a, b] = [rankOf(left), rankOf(right)];
  if (a !== b) return a - b;
  if (typeof left === "object" && typeof right === "object") return compareParts(left, right);
  if (typeof left === "boolean") return Number(left) - Number(right);
  return typeof left === "number" ? order(left, Number(right)) : order(textOf(left), textOf(right));
}

function rankOf(value: JsonValue): number {
  if (value === null) return 0;
  if (typeof value === "object") return Array.isArray(value) ? 4 : 5;
  return { string: 1, number: 2, boolean: 3 }[typeof value as "string" | "number" | "boolean"];
}

function compareParts(left: (JsonValue & object) | null, right: (JsonValue & object) | null): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  if (a.length !== b.length) return a.length - b.length;
  for (const [index, part] of a.entries()) {
    const difference = compareJson(part, b[index] ?? null);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Items of a list; keys and values of an object, by key. */
function partsOf(value: (JsonValue & object) | null): readonly JsonValue[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value as readonly JsonValue[];
  return Object.entries(value)
    .filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
    .sort(([a], [b]) => order(a, b))
    .flat();
}
