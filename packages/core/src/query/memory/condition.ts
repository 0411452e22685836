import type { JsonValue } from "../../exchange.ts";
import { BackworksError } from "../../errors.ts";
import { invalid } from "../errors.ts";
import type { Operator } from "../operators.ts";
import { findOperator } from "../operators.ts";
import type { Condition, ParameterValue, Row } from "../tree.ts";
import type { ValueType } from "../types.ts";
import { comparatorTo } from "./compare.ts";
import { containerTest } from "./containers.ts";
import { readerOf, textOf } from "./field.ts";
import { createLike } from "./like.ts";

/** Compiles a regular expression; the result says whether it is found anywhere in a text. Throws what is wrong with it. */
export type CompilePattern = (source: string) => (text: string) => boolean;

/** What conditions are bound to for one request. */
export interface Binding {
  readonly values: readonly ParameterValue[];
  /** Rows of an embed that belong to a row. */
  readonly related: readonly ((row: Row) => readonly Row[])[];
  /** For `match` and `imatch`; refused when `undefined`. */
  readonly compilePattern: CompilePattern | undefined;
}

/** `undefined` is SQL's unknown. */
export type Test = (row: Row) => boolean | undefined;

/** A condition of a shape: everything decided but the values. @throws BW_QUERY_UNSUPPORTED */
export function compileCondition(condition: Condition): (binding: Binding) => Test {
  switch (condition.kind) {
    case "and":
    case "or":
      return compileLogic(condition);
    case "not":
      return compileNot(condition.of);
    case "exists":
      return ({ related }) =>
        (row) =>
          (related[condition.embed]?.(row).length ?? 0) > 0;
    case "is":
      return compileIs(condition);
    case "in":
      return compileIn(condition);
    default:
      return compileCompare(condition);
  }
}

function compileLogic({ kind, of }: Extract<Condition, { kind: "and" | "or" }>): (binding: Binding) => Test {
  const compiled = of.map(compileCondition);
  const decisive = kind === "or";
  return (binding) => {
    const tests = compiled.map((bind) => bind(binding));
    return (row) => {
      let all: boolean | undefined = !decisive;
      for (const test of tests) {
        const answer = test(row);
        if (answer === decisive) return decisive;
        if (answer === undefined) all = undefined;
      }
      return all;
    };
  };
}

function compileNot(of: Condition): (binding: Binding) => Test {
  const compiled = compileCondition(of);
  return (binding) => {
    const test = compiled(binding);
    return (row) => {
      const answer = test(row);
      return answer === undefined ? undefined : !answer;
    };
  };
}

function compileIs({ field, keyword }: Extract<Condition, { kind: "is" }>): (binding: Binding) => Test {
  const read = readerOf(field);
  const wanted = { null: null, unknown: null, not_null: null, true: true, false: false }[keyword];
  const test: Test = keyword === "not_null" ? (row) => read(row) !== null : (row) => read(row) === wanted;
  return () => test;
}

function compileIn({ field, operand }: Extract<Condition, { kind: "in" }>): (binding: Binding) => Test {
  const read = readerOf(field);
  return ({ values }) => {
    // A parameter of `in` is a list.
    const list = values[operand.parameter] as readonly JsonValue[];
    if (list.length === 0) return () => false;
    const isIn = memberOf(list, operand.type);
    return (row) => {
      const value = read(row);
      return value === null ? undefined : isIn(value);
    };
  };
}

/** Texts among texts and numbers among numbers are looked up, others compared one by one. */
function memberOf(list: readonly JsonValue[], type: ValueType): (value: JsonValue) => boolean {
  const tests = list.map((value) => comparatorTo(type, value));
  const exact = new Set(list);
  const kind = exactKinds[type.name];
  const isExact = list.every((value) => typeof value === kind);
  return (value) =>
    isExact && typeof value === kind ? exact.has(value) : tests.some((compare) => compare(value) === 0);
}

const exactKinds: Partial<Record<ValueType["name"], "number" | "string">> = {
  integer: "number",
  number: "number",
  text: "string",
  uuid: "string",
};

type Comparison = Extract<Condition, { kind: "compare" }>;

/** What is asked of a value that is there. */
type Ask = (value: JsonValue) => boolean | undefined;

function compileCompare(condition: Comparison): (binding: Binding) => Test {
  const { field, operand, quantifier } = condition;
  const read = readerOf(field);
  if (condition.operator === "isdistinct") return compileDistinct(condition);
  const ask = askerOf(condition);
  return (binding) => {
    const value = binding.values[operand.parameter] ?? null;
    const test =
      quantifier === undefined
        ? ask(value, binding)
        : quantified(
            quantifier,
            (value as readonly JsonValue[]).map((one) => (one === null ? undefined : ask(one, binding))),
          );
    return (row) => {
      const found = read(row);
      return found === null ? undefined : test(found);
    };
  };
}

/** `any` of no values is false, `all` of none true; a value that is nothing makes what it would decide unknown. */
function quantified(quantifier: "any" | "all", asks: readonly (Ask | undefined)[]): Ask {
  const decisive = quantifier === "any";
  return (value) => {
    let all: boolean | undefined = !decisive;
    for (const ask of asks) {
      const answer = ask?.(value);
      if (answer === decisive) return decisive;
      if (answer === undefined) all = undefined;
    }
    return all;
  };
}

function compileDistinct({ field, operand }: Comparison): (binding: Binding) => Test {
  const read = readerOf(field);
  return ({ values }) => {
    const compare = comparatorTo(operand.type, values[operand.parameter] ?? null);
    return (row) => {
      const value = read(row);
      return value === null || compare(value) !== 0;
    };
  };
}

type Asker = (operand: JsonValue, binding: Binding) => Ask;

function askerOf({ operator: name, operand }: Comparison): Asker {
  const operator = findOperator(name);
  const asker = operator && askers[operator.operand];
  if (operator === undefined || asker === undefined) {
    throw new BackworksError(
      "BW_QUERY_UNSUPPORTED",
      { operator: name, backend: "rows in memory" },
      { hint: "ilike and imatch are answered", members: { operator: name } },
    );
  }
  return asker({ name, operator, operand });
}

interface Asked extends Pick<Comparison, "operand"> {
  readonly name: Comparison["operator"];
  readonly operator: Operator;
}

const askers: Partial<Record<Operator["operand"], (asked: Asked) => Asker>> = {
  value: ({ name, operand }) => {
    const holds = comparisons[name] ?? (() => false);
    return (value) => {
      const compare = comparatorTo(operand.type, value);
      return (found) => holds(compare(found));
    };
  },
  pattern:
    ({ name }) =>
    (pattern) => {
      const like = createLike(textOf(pattern), name === "ilike");
      return (value) => (typeof value === "object" ? false : like(textOf(value)));
    },
  expression:
    ({ name }) =>
    (source, { compilePattern }) => {
      const found = expression(name, textOf(source), compilePattern);
      return (value) => (typeof value === "object" ? false : found(textOf(value)));
    },
  container:
    ({ name, operand }) =>
    (value) =>
      containerTest(name, operand.type, value),
  range:
    ({ name, operand }) =>
    (value) =>
      containerTest(name, operand.type, value),
};

/** Values that no order joins (`NaN`) are only unequal. */
const comparisons: Partial<Record<Comparison["operator"], (difference: number) => boolean>> = {
  eq: (difference) => difference === 0,
  neq: (difference) => difference !== 0,
  gt: (difference) => difference > 0,
  gte: (difference) => difference >= 0,
  lt: (difference) => difference < 0,
  lte: (difference) => difference <= 0,
};

function expression(
  name: string,
  source: string,
  compilePattern: CompilePattern | undefined,
): (text: string) => boolean {
  if (compilePattern === undefined)
    throw new BackworksError("BW_QUERY_UNSUPPORTED", { operator: name, backend: "rows in memory" });
  try {
    return compilePattern(name === "imatch" ? `(?i)${source}` : source);
  } catch (error) {
    throw invalid(
      name,
      `has ${source}, which is no expression: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Whether a condition needs regular expressions. */
export function usesPatterns(condition: Condition): boolean {
  if (condition.kind === "and" || condition.kind === "or") return condition.of.some(usesPatterns);
  if (condition.kind === "not") return usesPatterns(condition.of);
  return condition.kind === "compare" && findOperator(condition.operator)?.operand === "expression";
}
