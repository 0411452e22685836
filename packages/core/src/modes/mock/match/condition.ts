import type { JsonValue } from "../../../exchange.ts";
import { suggest } from "../../../suggest.ts";
import type { Mistakes, Path } from "../mistakes.ts";
import { toText } from "../../../template/values.ts";
import type { Engines } from "./engines.ts";
import { operatorCalled } from "./habits.ts";
import { operators, type OperatorContext, type Test } from "./operators.ts";
import { spell } from "./spelling.ts";

/** A condition on one value, compiled. */
export interface Condition {
  readonly test: Test;
  /** The condition for people: `gt 5`, `in [pro, team]`. */
  readonly expected: string;
  readonly weight: number;
  /** The values any of which it asks for; empty when it asks for no certain value. */
  readonly wanted: readonly JsonValue[];
}

/** What conditions are compiled with. */
export interface ConditionOptions {
  readonly engines: Engines;
  readonly now: () => number;
  readonly mistakes: Mistakes;
}

const never: Test = () => false;

/** A condition on text: a scalar is equality, an object operators. */
export function compileTextCondition(value: JsonValue, path: Path, options: ConditionOptions): Condition {
  if (isOperation(value)) return compileOperations(value, path, { ...options, kind: "text" });
  if (value === null || typeof value === "object") return refuse(value, path, options);
  return compileOperations({ equals: value }, path, { ...options, kind: "text" });
}

/** A condition on a JSON value: an object of operators, otherwise a deep subset. */
export function compileJsonCondition(value: JsonValue, path: Path, options: ConditionOptions): Condition {
  if (isOperation(value) && Object.keys(value).every((key) => operators.has(key))) {
    return compileOperations(value, path, { ...options, kind: "json" });
  }
  refuseTemplate(value, path, options);
  const wanted = typeof value === "object" && value !== null ? [] : [value];
  return { test: subset(value, path, options), expected: spell(value), weight: 4, wanted };
}

/** Whether a JSON value is an object of operators and nothing else. */
export function isJsonOperation(value: JsonValue): boolean {
  return isOperation(value) && Object.keys(value).every((key) => operators.has(key));
}

type Operation = Readonly<Record<string, JsonValue | undefined>>;

function isOperation(value: JsonValue): value is Operation {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

/** Every key of `value` is in the body with a value that fits; lists fit item by item and are equally long. */
function subset(value: JsonValue, path: Path, options: ConditionOptions): Test {
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue, index) => compileJsonCondition(item, [...path, index], options).test);
    return (actual) =>
      Array.isArray(actual) && actual.length === items.length && items.every((test, index) => test(actual[index]));
  }
  if (typeof value !== "object" || value === null) return (actual) => actual === value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, compileJsonCondition(inner ?? null, [...path, key], options).test] as const,
  );
  return (actual) => isRecord(actual) && entries.every(([key, test]) => test(own(actual, key)));
}

function compileOperations(
  operations: Operation,
  path: Path,
  options: ConditionOptions & Pick<OperatorContext, "kind">,
): Condition {
  const entries = Object.entries(operations);
  const tests = entries.map(([name, value]) => compileOperation(name, value ?? null, { ...options, path }));
  const [first] = tests;
  const wanted = operations["in"] ?? (entries.length === 1 ? operations["equals"] : undefined) ?? [];
  return {
    test: tests.length === 1 && first ? first : (actual) => tests.every((test) => test(actual)),
    expected: entries
      .map(([name, value]) => (name === "equals" ? spell(value) : `${name} ${spell(value)}`))
      .join(" and "),
    weight: Math.max(...entries.map(([name]) => operators.get(name)?.weight ?? 0)),
    wanted: [wanted].flat(),
  };
}

type OperationOptions = ConditionOptions & Pick<OperatorContext, "kind"> & { readonly path: Path };

function compileOperation(name: string, value: JsonValue, options: OperationOptions): Test {
  const { kind, mistakes, engines, now } = options;
  const path = [...options.path, name];
  const operator = operators.get(name);
  if (operator === undefined) {
    const meant = operatorCalled(name) ?? suggest(name, operators.keys());
    mistakes.addKey(
      "BW_MOCK_OPERATOR_UNKNOWN",
      { operator: name },
      { path, hint: meant === undefined ? `known are ${[...operators.keys()].join(" ")}` : `did you mean ${meant}?` },
    );
    return never;
  }
  if (!operator.accepts(value)) {
    const details = { operator: name, expected: operator.expects, found: spell(value) };
    const listed = typeof value === "object" ? undefined : `write [${spell(value)}]`;
    const hint = operator.accepts([value]) ? listed : undefined;
    mistakes.add("BW_MOCK_OPERATOR_VALUE", details, { path, hint });
    return never;
  }
  const compileInner = kind === "text" ? compileTextCondition : compileJsonCondition;
  const compile = (inner: JsonValue, key: string | number): Test =>
    compileInner(inner, key === name ? path : [...path, key], options).test;
  try {
    if (typeof value !== "object") refuseTemplate(value, path, options);
    return operator.compile(value, { kind, engines, now, compile });
  } catch (error) {
    const hint = "patterns are those of RE2: no look-around, no back-references";
    mistakes.add("BW_MOCK_PATTERN_INVALID", { pattern: toText(value), problem: messageOf(error) }, { path, hint });
    return never;
  }
}

function refuse(value: JsonValue, path: Path, { mistakes }: ConditionOptions): Condition {
  const hint =
    value === null
      ? "write `absent: true` for a field that must not be there"
      : "`in: […]` is one of a list, `exactly: […]` all of it";
  mistakes.add("BW_MOCK_CONDITION_INVALID", { found: value === null ? "nothing" : "a list" }, { path, hint });
  return { test: never, expected: spell(value), weight: 0, wanted: [] };
}

/** Conditions are fixed when the file loads; an expression among them would silently never match. */
function refuseTemplate(value: JsonValue, path: Path, { mistakes }: ConditionOptions): void {
  if (typeof value !== "string" || !value.includes("${")) return;
  mistakes.add("BW_MOCK_CONDITION_TEMPLATE", { value }, { path, hint: "use `expr:` to compare with an expression" });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
