import { expressionEnd } from "./expression-end.ts";
import { SqlProblem } from "./problem.ts";
import type { TextPart } from "./tokens.ts";

/** How a text ends and what it escapes. */
export interface Quoting {
  /** Offset behind what opens it. */
  readonly from: number;
  readonly closing: string;
  /** Whether `\` escapes the character behind it. */
  readonly backslash: boolean;
  /** Whether the closing quote twice stands for itself. */
  readonly doubled: boolean;
}

/** What stands between quotes, and the offset behind them. @throws SqlProblem */
export function readQuoted(
  sql: string,
  { from, closing, backslash, doubled }: Quoting,
): { readonly parts: readonly TextPart[]; readonly end: number } {
  const parts: TextPart[] = [];
  let text = "";
  for (let at = from; at < sql.length;) {
    if (sql.startsWith("${", at)) {
      const end = expressionEnd(sql, at);
      parts.push(...textPart(text), { kind: "expression", source: sql.slice(at, end) });
      text = "";
      at = end;
    } else if (sql.startsWith(closing, at)) {
      if (!doubled || !sql.startsWith(closing, at + 1))
        return { parts: [...parts, ...textPart(text)], end: at + closing.length };
      text += closing;
      at += 2;
    } else {
      const { meant, length } = characterAt(sql, at, backslash);
      text += meant;
      at += length;
    }
  }
  throw new SqlProblem("a text or name has no end", from - 1, `${closing} is missing`);
}

function textPart(text: string): readonly TextPart[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  "0": "\0",
  Z: "\u001A",
};

/** `$${` is `${`; with `backslash` an escape is what it stands for, `\%` and `\_` of LIKE stay. */
function characterAt(sql: string, at: number, backslash: boolean): { readonly meant: string; readonly length: number } {
  if (sql.startsWith("$${", at)) return { meant: "${", length: 3 };
  const character = sql.charAt(at);
  if (!backslash || character !== "\\" || at + 1 >= sql.length) return { meant: character, length: 1 };
  const next = sql.charAt(at + 1);
  if (next === "%" || next === "_") return { meant: `\\${next}`, length: 2 };
  return { meant: escapes[next] ?? next, length: 2 };
}

/** `$tag$` or `$$` at an offset. */
export function dollarTag(sql: string, at: number): string | undefined {
  const found = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(sql.slice(at, at + 66))?.[0];
  // `$${` is what the configuration writes for `${`.
  return found === "$$" && sql.charAt(at + 2) === "{" ? undefined : found;
}

/** Offset behind a comment that begins with `/*`. @throws SqlProblem */
export function findCommentEnd(sql: string, start: number, nested: boolean): number {
  let depth = 1;
  for (let at = start + 2; at < sql.length; at += 1) {
    const pair = sql.slice(at, at + 2);
    if (pair === "*/") depth -= 1;
    else if (nested && pair === "/*") depth += 1;
    else continue;
    if (depth === 0) return at + 2;
    at += 1;
  }
  throw new SqlProblem("a comment has no end", start, "*/ is missing");
}
