import { BackworksError } from "@backworks/core";
import type { Condition, ValueType } from "@backworks/core/query";
import { operators } from "@backworks/core/query";
import type { Cell, Comparison, QueryDialect, ScalarOperator } from "./query-dialect.ts";
import type { Sql } from "./sql.ts";
import { joinSql, sql } from "./sql.ts";

/** Where a condition stands. */
export interface ConditionScope {
  readonly dialect: QueryDialect;
  cell(field: Comparison["field"]): Cell;
  /** Whether an embed has rows. */
  exists(embed: number): Sql;
}

/** A condition as SQL. @throws BW_QUERY_UNSUPPORTED */
export function writeCondition(scope: ConditionScope, condition: Condition): Sql {
  switch (condition.kind) {
    case "and":
    case "or":
      return writeLogic(scope, condition);
    case "not":
      return sql`NOT (${writeCondition(scope, condition.of)})`;
    case "exists":
      return scope.exists(condition.embed);
    case "is":
      return writeIs(scope, condition);
    case "in":
      return scope.dialect.isIn(scope.cell(condition.field), condition.operand);
    default:
      return writeComparison(scope, condition);
  }
}

function writeLogic(scope: ConditionScope, { kind, of }: Extract<Condition, { kind: "and" | "or" }>): Sql {
  if (of.length === 0) return sql`${kind === "and" ? "1 = 1" : "1 = 0"}`;
  const parts = of.map((part) => sql`(${writeCondition(scope, part)})`);
  return joinSql(parts, kind === "and" ? " AND " : " OR ");
}

function writeIs({ dialect, cell }: ConditionScope, { field, keyword }: Extract<Condition, { kind: "is" }>): Sql {
  const found = cell(field);
  if (keyword === "true" || keyword === "false") return dialect.isTruth(found, keyword === "true");
  const present = dialect.present(found);
  return keyword === "not_null" ? present : sql`NOT (${present})`;
}

const operandOf: ReadonlyMap<string, string> = new Map(operators.map(({ name, operand }) => [name, operand]));

function writeComparison({ dialect, cell }: ConditionScope, comparison: Comparison): Sql {
  const { field, operand, operator, quantifier } = comparison;
  const found = cell(field);
  const kind = operandOf.get(operator);
  if (kind === "expression" && dialect.expression === undefined) throw unsupported(dialect, comparison);
  if (quantifier !== undefined) return dialect.quantified(found, comparison);
  // Operators with a value are these.
  if (kind === "value") return dialect.compare(found, operator as ScalarOperator, operand);
  return ofKind(dialect, { kind, found, comparison }) ?? refuse(dialect, comparison);
}

interface Asked {
  readonly kind: string | undefined;
  readonly found: Cell;
  readonly comparison: Comparison;
}

function ofKind(dialect: QueryDialect, { kind, found, comparison }: Asked): Sql | undefined {
  if (kind === "pattern") return dialect.pattern(found, comparison);
  if (kind === "expression") return dialect.expression?.(found, comparison);
  if (kind === "search") return dialect.search?.(found, comparison);
  return dialect.container(found, comparison);
}

function refuse(dialect: QueryDialect, comparison: Comparison): never {
  throw unsupported(dialect, comparison);
}

/** What a database has no words for. */
export function unsupported(
  { label }: Pick<QueryDialect, "label">,
  { operator }: Pick<Comparison, "operator">,
): BackworksError {
  const hint = operator === "match" || operator === "imatch" ? "like and ilike are answered" : undefined;
  return new BackworksError("BW_QUERY_UNSUPPORTED", { operator, backend: label }, { hint, members: { operator } });
}

export function unsupportedCast(
  { label }: Pick<QueryDialect, "label">,
  from: ValueType,
  to: ValueType,
): BackworksError {
  const operator = `a cast of ${from.name} to ${to.name} before rows are put together`;
  return new BackworksError("BW_QUERY_UNSUPPORTED", { operator, backend: label }, { members: { operator: "cast" } });
}

/** What stands between the sides of a comparison. */
export const symbols: Readonly<Record<Exclude<ScalarOperator, "isdistinct">, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
};
