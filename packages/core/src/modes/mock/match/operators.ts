import type { JsonValue } from "../../../exchange.ts";
import { identical, toNumber, toText } from "../../../template/values.ts";
import type { Engines } from "./engines.ts";

/** Whether a value passes; `undefined` when the request has nothing there. */
export type Test = (value: unknown) => boolean;

/** What an operator needs to be compiled. */
export interface OperatorContext {
  /** `text`: what came as text (query, headers, cookies, form, path); several values of one name are an array. `json`: a value of a JSON body. */
  readonly kind: "text" | "json";
  readonly engines: Engines;
  /** Milliseconds, for `before: now`. */
  readonly now: () => number;
  /** Compiles a condition below this one. */
  compile(condition: JsonValue, key: string | number): Test;
}

export interface Operator {
  /** What its value must be, for messages. */
  readonly expects: string;
  /** Share in a rule's specificity. */
  readonly weight: number;
  accepts(value: JsonValue): boolean;
  /** May throw what is wrong with the value. */
  compile(value: JsonValue, context: OperatorContext): Test;
}

/** Every operator a condition may use. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["equals", { expects: "a value", weight: 4, accepts: anything, compile: equal }],
  [
    "not",
    {
      expects: "a condition",
      weight: 1,
      accepts: anything,
      compile: (value, context) => negate(context.compile(value, "not")),
    },
  ],
  ["contains", { expects: "a text, or a value of a list", weight: 2, accepts: scalar, compile: contains }],
  [
    "starts_with",
    { expects: "a text", weight: 3, accepts: isText, compile: onText((text, part) => text.startsWith(part)) },
  ],
  [
    "ends_with",
    { expects: "a text", weight: 3, accepts: isText, compile: onText((text, part) => text.endsWith(part)) },
  ],
  ["matches", { expects: "a regular expression", weight: 2, accepts: isText, compile: matches }],
  ["in", { expects: "a list of values", weight: 3, accepts: filledList, compile: isIn }],
  [
    "not_in",
    {
      expects: "a list of values",
      weight: 1,
      accepts: filledList,
      compile: (value, context) => negate(isIn(value, context)),
    },
  ],
  [
    "exists",
    {
      expects: "true or false",
      weight: 1,
      accepts: flag,
      compile: (value) => (actual) => (actual !== undefined) === value,
    },
  ],
  [
    "absent",
    {
      expects: "true or false",
      weight: 1,
      accepts: flag,
      compile: (value) => (actual) => (actual === undefined) === value,
    },
  ],
  ["gt", { expects: "a number", weight: 2, accepts: isNumber, compile: onNumber((actual, bound) => actual > bound) }],
  ["gte", { expects: "a number", weight: 2, accepts: isNumber, compile: onNumber((actual, bound) => actual >= bound) }],
  ["lt", { expects: "a number", weight: 2, accepts: isNumber, compile: onNumber((actual, bound) => actual < bound) }],
  ["lte", { expects: "a number", weight: 2, accepts: isNumber, compile: onNumber((actual, bound) => actual <= bound) }],
  [
    "before",
    { expects: "a date, or now", weight: 2, accepts: isMoment, compile: onMoment((actual, bound) => actual < bound) },
  ],
  [
    "after",
    { expects: "a date, or now", weight: 2, accepts: isMoment, compile: onMoment((actual, bound) => actual > bound) },
  ],
  [
    "all_of",
    {
      expects: "a list of conditions",
      weight: 3,
      accepts: filledList,
      compile: combine((tests, actual) => tests.every((test) => test(actual))),
    },
  ],
  [
    "any_of",
    {
      expects: "a list of conditions",
      weight: 2,
      accepts: filledList,
      compile: combine((tests, actual) => tests.some((test) => test(actual))),
    },
  ],
  [
    "none_of",
    {
      expects: "a list of conditions",
      weight: 1,
      accepts: filledList,
      compile: combine((tests, actual) => !tests.some((test) => test(actual))),
    },
  ],
  ["includes", { expects: "a condition, or a list of them", weight: 2, accepts: anything, compile: includes }],
  ["exactly", { expects: "a list of conditions", weight: 4, accepts: Array.isArray, compile: exactly }],
]);

function anything(): boolean {
  return true;
}

function scalar(value: JsonValue): boolean {
  return value !== null && typeof value !== "object";
}

/** A number or a boolean in YAML is a text in a query. */
function isText(value: JsonValue): boolean {
  return typeof value === "string" || typeof value === "number";
}

function filledList(value: JsonValue): boolean {
  return Array.isArray(value) && value.length > 0;
}

function flag(value: JsonValue): boolean {
  return typeof value === "boolean";
}

function isNumber(value: JsonValue): boolean {
  return toNumber(value) !== undefined;
}

function isMoment(value: JsonValue): boolean {
  return value === "now" || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
}

function negate(test: Test): Test {
  return (actual) => !test(actual);
}

/** One value: by text where the request only has text, otherwise by JSON value. Of several, any. */
function equal(value: JsonValue, { kind }: OperatorContext): Test {
  if (kind === "json") return (actual) => actual !== undefined && identical(actual, value);
  const text = toText(value);
  return anyOf((actual) => toText(actual) === text);
}

function contains(value: JsonValue, { kind }: OperatorContext): Test {
  const part = toText(value);
  if (kind === "text") return anyOf((actual) => toText(actual).includes(part));
  return (actual) => {
    if (Array.isArray(actual)) return actual.some((item) => identical(item, value));
    return typeof actual === "string" && actual.includes(part);
  };
}

function onText(test: (actual: string, part: string) => boolean): Operator["compile"] {
  return (value, { kind }) => {
    const part = toText(value);
    if (kind === "text") return anyOf((actual) => test(toText(actual), part));
    return (actual) => typeof actual === "string" && test(actual, part);
  };
}

function matches(value: JsonValue, { engines, kind }: OperatorContext): Test {
  const found = engines.pattern?.(toText(value)) ?? (() => false);
  if (kind === "text") return anyOf((actual) => found(toText(actual)));
  return (actual) => (typeof actual === "string" || typeof actual === "number") && found(String(actual));
}

function isIn(value: JsonValue, context: OperatorContext): Test {
  const tests = listOf<JsonValue>(value).map((item) => equal(item, context));
  return (actual) => tests.some((test) => test(actual));
}

function onNumber(test: (actual: number, bound: number) => boolean): Operator["compile"] {
  return (value) => {
    const bound = toNumber(value) ?? Number.NaN;
    return anyOf((actual) => {
      const number = toNumber(actual);
      return number !== undefined && test(number, bound);
    });
  };
}

function onMoment(test: (actual: number, bound: number) => boolean): Operator["compile"] {
  return (value, { now }) => {
    const fixed = typeof value === "string" && value !== "now" ? Date.parse(value) : undefined;
    return anyOf((actual) => {
      const moment = typeof actual === "string" ? Date.parse(actual) : Number.NaN;
      return !Number.isNaN(moment) && test(moment, fixed ?? now());
    });
  };
}

function combine(test: (tests: readonly Test[], actual: unknown) => boolean): Operator["compile"] {
  return (value, { compile }) => {
    const tests = listOf<JsonValue>(value).map((item, index) => compile(item, index));
    return (actual) => test(tests, actual);
  };
}

/** Every condition is met by at least one of the values. */
function includes(value: JsonValue, { compile }: OperatorContext): Test {
  const tests = listOf<JsonValue>(value).map((item, index) => compile(item, index));
  return (actual) => tests.every((test) => listOf(actual).some((item) => test(item)));
}

/** Values and conditions pair off with none left over, in any order. */
function exactly(value: JsonValue, { compile }: OperatorContext): Test {
  const tests = listOf<JsonValue>(value).map((item, index) => compile(item, index));
  return (actual) => {
    const values = listOf(actual);
    return values.length === tests.length && pairsOff(tests, values);
  };
}

/** Bipartite matching by augmenting paths (H. W. Kuhn, Naval Research Logistics Quarterly 2, 1955): polynomial, whatever the values. */
function pairsOff(tests: readonly Test[], values: readonly unknown[]): boolean {
  const holder = new Map<number, number>();
  const place = (test: number, seen: Set<number>): boolean => {
    for (let index = 0; index < values.length; index += 1) {
      if (seen.has(index) || tests[test]?.(values[index]) !== true) continue;
      seen.add(index);
      const current = holder.get(index);
      if (current !== undefined && !place(current, seen)) continue;
      holder.set(index, test);
      return true;
    }
    return false;
  };
  return tests.every((_, test) => place(test, new Set()));
}

/** Of several values of one name, any may pass; none of them is there when the name is absent. */
function anyOf(test: (actual: unknown) => boolean): Test {
  return (actual) => actual !== undefined && (Array.isArray(actual) ? actual.some(test) : test(actual));
}

/** A single value stands for a list of one, nothing for an empty list. */
function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  // `Array.isArray` does not see through readonly.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
