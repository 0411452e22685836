import type { Parameter } from "@backworks/core/query";
import { symbols } from "../condition.ts";
import { plainOf, rankOf } from "../json-operand.ts";
import type { Cell, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql, valueOf } from "../sql.ts";
import { bytesOf, jsonAt, operandOf } from "./cells.ts";

/** Where a value of JSON stands among those of other types. */
export function rankAt(cell: Cell): Sql {
  return sql`CASE JSON_TYPE(${jsonAt(cell)}) WHEN 'STRING' THEN 1 WHEN 'BOOLEAN' THEN 3 WHEN 'ARRAY' THEN 4 WHEN 'OBJECT' THEN 5 ELSE ${numberRank(cell)} END`;
}

/** Numbers have several types. */
function numberRank(cell: Cell): Sql {
  return sql`CASE WHEN ${jsonAt(cell)} IS NOT NULL THEN 2 END`;
}

export function numberAt(cell: Cell): Sql {
  return sql`CAST(JSON_UNQUOTE(${jsonAt(cell)}) AS DOUBLE)`;
}

export function textAt(cell: Cell): Sql {
  return bytesOf(sql`JSON_UNQUOTE(${jsonAt(cell)})`);
}

/** JSON by its type, then by its value; lists and objects by their size. */
export function compareJson(cell: Cell, operator: ScalarOperator, operand: Parameter): Sql {
  if (operator === "isdistinct") return sql`NOT coalesce(${compareJson(cell, "eq", operand)}, 0)`;
  const symbol = symbols[operator];
  const [rank, wanted] = [rankAt(cell), sql`CAST(${valueOf(operand, rankOf)} AS SIGNED)`];
  const plain = valueOf(operand, (value) => (typeof value === "boolean" ? String(value) : plainOf(value)));
  return sql`CASE WHEN ${rank} IS NULL THEN NULL WHEN ${rank} <> ${wanted} THEN ${rank} ${symbol} ${wanted} WHEN ${rank} >= 4 THEN ${structured(operator, cell, operand)} WHEN ${rank} = 2 THEN ${numberAt(cell)} ${symbol} CAST(${plain} AS DOUBLE) ELSE ${textAt(cell)} ${symbol} ${bytesOf(plain)} END`;
}

function structured(operator: Exclude<ScalarOperator, "isdistinct">, cell: Cell, operand: Parameter): Sql {
  const same = isSame(jsonAt(cell), operandOf(operand));
  if (operator === "eq") return same;
  if (operator === "neq") return sql`NOT ${same}`;
  const strict = operator === "gt" || operator === "gte" ? ">" : "<";
  const further = sql`JSON_LENGTH(${jsonAt(cell)}) ${strict} JSON_LENGTH(${operandOf(operand)})`;
  return operator === "gt" || operator === "lt" ? further : sql`(${further} OR ${same})`;
}

/** Whether two documents, neither of them nothing, hold the same. MariaDB takes the bare function for true where it is a condition. */
export function isSame(left: Sql, right: Sql): Sql {
  return sql`(JSON_EQUALS(${left}, ${right}) = 1)`;
}
