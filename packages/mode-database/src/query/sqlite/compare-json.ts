import type { Parameter } from "@backworks/core/query";
import { plainOf, rankOf } from "../json-operand.ts";
import { symbols } from "../condition.ts";
import type { Cell, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { joinSql, sql, valueOf } from "../sql.ts";
import { jsonAt, kindAt, operandOf, plainAt } from "./cells.ts";

/** Types of JSON by their rank. */
const kinds = [
  ["text", 1],
  ["integer", 2],
  ["real", 2],
  ["true", 3],
  ["false", 3],
  ["array", 4],
  ["object", 5],
] as const;

/** Where a value of JSON stands among those of other types. */
export function rankAt(cell: Cell): Sql {
  return byType(cell, (rank) => sql`${String(rank)}`);
}

/** One thing for each type of JSON, by its rank; nothing for what is not there and for a null. */
function byType(cell: Cell, of: (rank: number) => Sql): Sql {
  const branches = kinds.map(([kind, rank]) => sql` WHEN '${kind}' THEN ${of(rank)}`);
  return sql`CASE ${kindAt(cell)}${joinSql(branches, "")} END`;
}

/** JSON by its type, then by its value; lists and objects by their size. */
export function compareJson(cell: Cell, operator: ScalarOperator, operand: Parameter): Sql {
  if (operator === "isdistinct") return sql`NOT coalesce(${compareJson(cell, "eq", operand)}, 0)`;
  const symbol = symbols[operator];
  const wanted = valueOf(operand, rankOf);
  return byType(cell, (rank) => {
    const same =
      rank >= 4 ? sameness(operator, cell, operand) : sql`${plainAt(cell)} ${symbol} ${valueOf(operand, plainOf)}`;
    return sql`CASE WHEN ${wanted} = ${String(rank)} THEN ${same} ELSE ${String(rank)} ${symbol} ${wanted} END`;
  });
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
