import { SqlProblem } from "./problem.ts";

/** Offset behind the `}` of the expression whose `${` stands at an offset. @throws SqlProblem */
export function expressionEnd(sql: string, start: number): number {
  let depth = 0;
  for (let at = start + 2; at < sql.length; at += 1) {
    const character = sql.charAt(at);
    if (character === "'" || character === '"') at = textEnd(sql, at);
    else if (character === "{") depth += 1;
    else if (character === "}" && depth === 0) return at + 1;
    else if (character === "}") depth -= 1;
  }
  throw new SqlProblem("an expression has no closing }", start, "to mean the characters themselves, write $${");
}

/** Offset of the closing quote; of the opening one when there is none. */
function textEnd(sql: string, start: number): number {
  const quote = sql.charAt(start);
  for (let at = start + 1; at < sql.length; at += 1) {
    if (sql.charAt(at) === "\\") at += 1;
    else if (sql.charAt(at) === quote) return at;
  }
  return start;
}
