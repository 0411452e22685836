import type { JsonValue } from "@backworks/core";
import type { Parameter } from "@backworks/core/query";
import { toText } from "../binds.ts";
import { symbols } from "../condition.ts";
import type { Cell, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql, valueOf } from "../sql.ts";

/** What a value is compared with, whatever it is. */
interface Operand {
  readonly text: Sql;
  /** Nothing where the text is no number. */
  readonly number: Sql;
}

/** A column of which nobody said what it holds, or one that a view computes: the value says how the text is read. */
export function compareAny(cell: Cell, operator: ScalarOperator, operand: Parameter): Sql {
  return test(cell, operator, { text: valueOf(operand, toText), number: valueOf(operand, toNumber) });
}

/** The same with each value of a list, the table `p`. */
export function compareListed(cell: Cell, operator: ScalarOperator): Sql {
  return test(cell, operator, { text: sql`(p.value ->> 0)`, number: sql`(p.value ->> 1)` });
}

/** Values of the request as that table. */
export function listedAny(operand: Parameter): Sql {
  // A parameter of a list is one.
  const list = valueOf(operand, (values) =>
    JSON.stringify(
      (values as readonly JsonValue[]).map((value) => (value === null ? null : [toText(value), toNumber(value)])),
    ),
  );
  return sql`json_each(${list}) p`;
}

/** A number and a text are unequal, and neither is above the other. */
function test({ column }: Pick<Cell, "column">, operator: ScalarOperator, { text, number }: Operand): Sql {
  if (operator === "isdistinct") return sql`NOT coalesce(${test({ column }, "eq", { text, number })}, 0)`;
  const symbol = symbols[operator];
  const ofNumber = sql`coalesce(${column} ${symbol} ${number}, ${operator === "neq" ? "1" : "0"})`;
  return sql`CASE typeof(${column}) WHEN 'text' THEN ${column} COLLATE BINARY ${symbol} ${text} WHEN 'null' THEN NULL WHEN 'blob' THEN ${operator === "neq" ? "1" : "0"} ELSE ${ofNumber} END`;
}

function toNumber(value: JsonValue): number | null {
  const text = toText(value);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}
