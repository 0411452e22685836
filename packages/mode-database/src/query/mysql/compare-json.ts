import type { Parameter } from "@backworks/core/query";
import { symbols } from "../condition.ts";
import { plainOf, rankOf } from "../json-operand.ts";
import type { Cell, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql, valueOf } from "../sql.ts";
import { bytesOf, jsonAt, operandOf, rawJsonAt } from "./cells.ts";

/** Where a value of JSON stands among those of other types. */
export function rankAt(cell: Cell): Sql {
  return byType(cell, (rank) => sql`${String(rank)}`);
}

/** One thing for each type of JSON, by its rank; nothing for what is not there and for a null. */
function byType(cell: Cell, of: (rank: number) => Sql): Sql {
  const json = rawJsonAt(cell);
  return sql`CASE JSON_TYPE(${json}) WHEN 'STRING' THEN ${of(1)} WHEN 'BOOLEAN' THEN ${of(3)} WHEN 'ARRAY' THEN ${of(4)} WHEN 'OBJECT' THEN ${of(5)} WHEN 'NULL' THEN NULL ELSE CASE WHEN ${json} IS NOT NULL THEN ${of(2)} END END`;
}

export function numberAt(cell: Cell): Sql {
  return sql`CAST(JSON_UNQUOTE(${rawJsonAt(cell)}) AS DOUBLE)`;
}

export function textAt(cell: Cell): Sql {
  return bytesOf(sql`JSON_UNQUOTE(${jsonAt(cell)})`);
}

/** JSON by its type, then by its value; lists and objects by their size. */
export function compareJson(cell: Cell, operator: ScalarOperator, operand: Parameter): Sql {
  if (operator === "isdistinct") return sql`NOT coalesce(${compareJson(cell, "eq", operand)}, 0)`;
  const symbol = symbols[operator];
  const wanted = sql`CAST(${valueOf(operand, rankOf)} AS SIGNED)`;
  return byType(cell, (rank) => {
    const same = sameType(cell, rank, { operator, operand });
    return sql`CASE WHEN ${wanted} = ${String(rank)} THEN ${same} ELSE ${String(rank)} ${symbol} ${wanted} END`;
  });
}

interface Asked {
  readonly operator: Exclude<ScalarOperator, "isdistinct">;
  readonly operand: Parameter;
}

function sameType(cell: Cell, rank: number, { operator, operand }: Asked): Sql {
  if (rank >= 4) return structured(cell, { operator, operand });
  const symbol = symbols[operator];
  const plain = valueOf(operand, (value) => (typeof value === "boolean" ? String(value) : plainOf(value)));
  if (rank === 2) return sql`${numberAt(cell)} ${symbol} CAST(${plain} AS DOUBLE)`;
  return sql`${bytesOf(sql`JSON_UNQUOTE(${rawJsonAt(cell)})`)} ${symbol} ${bytesOf(plain)}`;
}

function structured(cell: Cell, { operator, operand }: Asked): Sql {
  const same = isSame(rawJsonAt(cell), operandOf(operand));
  if (operator === "eq") return same;
  if (operator === "neq") return sql`NOT ${same}`;
  const strict = operator === "gt" || operator === "gte" ? ">" : "<";
  const further = sql`JSON_LENGTH(${rawJsonAt(cell)}) ${strict} JSON_LENGTH(${operandOf(operand)})`;
  return operator === "gt" || operator === "lt" ? further : sql`(${further} OR ${same})`;
}

/** Whether two documents, neither of them nothing, hold the same. MariaDB takes the bare function for true where it is a condition. */
export function isSame(left: Sql, right: Sql): Sql {
  return sql`(JSON_EQUALS(${left}, ${right}) = 1)`;
}
