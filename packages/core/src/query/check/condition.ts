import type { JsonValue } from "../../exchange.ts";
import { invalid } from "../errors.ts";
import type { Operator } from "../operators.ts";
import { findOperator } from "../operators.ts";
import type { Table } from "../relations.ts";
import type * as syntax from "../syntax/syntax.ts";
import type { Condition, Field, Parameter } from "../tree.ts";
import type { ValueType } from "../types.ts";
import { nameOfType } from "../types.ts";
import type { Scope } from "./scope.ts";
import { addValue, resolveField } from "./scope.ts";
import { readValue } from "./value.ts";

/** Where a condition stands. */
export interface ConditionScope extends Scope {
  readonly table: Table;
  /** The embed that a name means, for `relation=is.null`. */
  readonly embedOf: (name: string) => number | undefined;
  /** For messages. */
  readonly parameter: string;
}

/** @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN */
export function checkCondition(scope: ConditionScope, condition: syntax.Condition): Condition {
  if (condition.kind === "filter") return negate(condition.negated, checkFilter(scope, condition));
  const of = condition.of.map((branch) => checkCondition(scope, branch));
  return negate(condition.negated, { kind: condition.kind, of });
}

function negate(negated: boolean, of: Condition): Condition {
  return negated ? { kind: "not", of } : of;
}

function checkFilter(scope: ConditionScope, filter: syntax.FilterCondition): Condition {
  const embed = embedAsked(scope, filter);
  if (embed !== undefined) return embed;
  const field = resolveField(scope.table, filter.field);
  const { operand } = filter;
  if (operand.kind === "keyword") return checkIs(scope, field, operand.keyword);
  const operator = findOperator(filter.operator);
  // A filter has no operator but those of the table, and `is` has a keyword.
  if (operator === undefined || operator.name === "is") throw new TypeError(`no operator ${filter.operator}`);
  const type = operandType(scope, field, operator);
  if (operand.kind === "text") {
    const value = typed(scope, { field, type, text: operand.text });
    return { ...compare(filter, field, addValue(scope, value, type)) };
  }
  const values = operand.texts.map((text) => (text === null ? null : typed(scope, { field, type, text })));
  const list = addValue(scope, values, type);
  return operator.name === "in" ? { kind: "in", field, operand: list } : compare(filter, field, list);
}

type Compare = Extract<Condition, { kind: "compare" }>;

function compare(
  { operator, quantifier, language }: syntax.FilterCondition,
  field: Field,
  operand: Parameter,
): Compare {
  // `is` and `in` were answered before.
  return { kind: "compare", field, operator: operator as Compare["operator"], quantifier, language, operand };
}

/** `relation=is.null`: whether an embed has rows. */
function embedAsked(scope: ConditionScope, { field, operand }: syntax.FilterCondition): Condition | undefined {
  if (operand.kind !== "keyword" || field.json.length > 0 || scope.table.columns?.has(field.column)) return undefined;
  const embed = scope.embedOf(field.column);
  if (embed === undefined || !(operand.keyword === "null" || operand.keyword === "not_null")) return undefined;
  return negate(operand.keyword === "null", { kind: "exists", embed });
}

function checkIs(
  { parameter }: ConditionScope,
  field: Field,
  keyword: Extract<Condition, { kind: "is" }>["keyword"],
): Condition {
  const asksTruth = keyword === "true" || keyword === "false" || keyword === "unknown";
  if (asksTruth && field.type.name !== "boolean" && field.type.name !== "any" && field.type.name !== "json") {
    throw invalid(parameter, `asks whether ${nameOf(field)} is ${keyword}, which is ${nameOfType(field.type)}`, {
      hint: "write is.null, or compare by eq.",
    });
  }
  return { kind: "is", field, keyword };
}

/** What is a text, whatever the field is. */
const readAsText: ReadonlySet<Operator["operand"]> = new Set(["pattern", "expression", "search"]);

/** The type of what a field is compared with by an operator. */
function operandType({ parameter }: ConditionScope, field: Field, operator: Operator): ValueType {
  const { name } = field.type;
  const allowed = operandTypes[operator.operand];
  if (allowed === undefined || name === "any" || allowed.includes(name)) {
    return readAsText.has(operator.operand) ? { name: "text" } : field.type;
  }
  throw invalid(parameter, `compares ${nameOf(field)} by ${operator.name}, which is ${nameOfType(field.type)}`, {
    hint: `${operator.name} is for ${allowed.join(", ")}`,
  });
}

const scalar = ["boolean", "integer", "number", "decimal", "text", "uuid", "date", "time", "timestamp"] as const;

/** `undefined`: every type. */
const operandTypes: Readonly<Record<Operator["operand"], readonly ValueType["name"][] | undefined>> = {
  value: undefined,
  list: undefined,
  keyword: undefined,
  pattern: scalar,
  expression: scalar,
  container: ["list", "range", "json"],
  range: ["range"],
  search: ["text", "json", "search"],
};

interface Typed {
  readonly field: Field;
  readonly type: ValueType;
  readonly text: string;
}

function typed({ parameter }: ConditionScope, { field, type, text }: Typed): JsonValue {
  const read = readValue(text, type);
  if (read.problem === undefined) return read.value;
  throw invalid(parameter, `compares ${nameOf(field)} with ${text === "" ? "nothing" : text}, which ${read.problem}`);
}

function nameOf({ column, json }: Field): string {
  return column + json.map(({ step, text }) => `${text ? "->>" : "->"}${step}`).join("");
}
