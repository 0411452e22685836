import type { Parameter } from "@backworks/core/query";
import { plainOf, rankOf } from "../json-operand.ts";
import { symbols } from "../condition.ts";
import type { Cell, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql, valueOf } from "../sql.ts";
import { jsonAt, kindAt, operandOf, plainAt } from "./cells.ts";

/** Where a value of JSON stands among those of other types. */
export function rankAt(cell: Cell): Sql {
  return sql`CASE ${kindAt(cell)} WHEN 'text' THEN 1 WHEN 'integer' THEN 2 WHEN 'real' THEN 2 WHEN 'true' THEN 3 WHEN 'false' THEN 3 WHEN 'array' THEN 4 WHEN 'object' THEN 5 END`;
}

/** JSON by its type, then by its value; lists and objects by their size. */
export function compareJson(cell: Cell, operator: ScalarOperator, operand: Parameter): Sql {
  if (operator === "isdistinct") return sql`NOT coalesce(${compareJson(cell, "eq", operand)}, 0)`;
  const symbol = symbols[operator];
  const [rank, wanted] = [rankAt(cell), valueOf(operand, rankOf)];
  const structured = sameness(operator, cell, operand);
  return sql`CASE WHEN ${rank} IS NULL THEN NULL WHEN ${rank} <> ${wanted} THEN ${rank} ${symbol} ${wanted} WHEN ${rank} >= 4 THEN ${structured} ELSE ${plainAt(cell)} ${symbol} ${valueOf(operand, plainOf)} END`;
}

function sameness(operator: Exclude<ScalarOperator, "isdistinct">, cell: Cell, operand: Parameter): Sql {
  const same = isSame(jsonAt(cell), operandOf(operand));
  if (operator === "eq") return same;
  if (operator === "neq") return sql`NOT ${same}`;
  const [left, right] = [sizeOf(jsonAt(cell)), sizeOf(operandOf(operand))];
  const strict = operator === "gt" || operator === "gte" ? ">" : "<";
  const further = sql`${left} ${strict} ${right}`;
  return operator === "gt" || operator === "lt" ? further : sql`(${further} OR ${same})`;
}

function sizeOf(json: Sql): Sql {
  return sql`(SELECT count(*) FROM json_each(${json}))`;
}

/** Whether two documents hold the same, in whatever order their keys stand. */
export function isSame(left: Sql, right: Sql): Sql {
  const parts = (json: Sql): Sql => sql`SELECT fullkey, replace(type, 'integer', 'real'), atom FROM json_tree(${json})`;
  return sql`(NOT EXISTS (${parts(left)} EXCEPT ${parts(right)}) AND NOT EXISTS (${parts(right)} EXCEPT ${parts(left)}))`;
}
