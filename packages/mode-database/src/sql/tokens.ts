import type { Lexicon } from "./lexicon.ts";
import { expressionEnd } from "./expression-end.ts";
import { dollarTag, findCommentEnd, readQuoted } from "./quoted.ts";
import { SqlProblem } from "./problem.ts";

/** A piece of a text in SQL: what it says, or an expression as it was written. */
export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly source: string };

interface Stretch {
  /** Offsets in the SQL. */
  readonly start: number;
  readonly end: number;
}

/** A piece of SQL. Together the tokens are the whole of it, in order. */
export type Token = Stretch &
  (
    | { readonly kind: "blank" | "comment" | "word" | "number" | "name" | "sign" | "end" }
    | { readonly kind: "text"; readonly parts: readonly TextPart[] }
    | { readonly kind: "expression"; readonly source: string }
    | { readonly kind: "parameter"; /** From 1; `undefined` for the next one. */ readonly number: number | undefined }
  );

/**
 * Cuts SQL into tokens.
 *
 * @throws SqlProblem for a text, name, comment or expression without an end, and for an expression in a name
 */
export function tokenize(sql: string, lexicon: Lexicon): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length;) {
    const token = readToken(sql, at, lexicon);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

type Read = (sql: string, at: number, lexicon: Lexicon) => Token | undefined;

function readToken(sql: string, at: number, lexicon: Lexicon): Token {
  for (const read of readers) {
    const token = read(sql, at, lexicon);
    if (token !== undefined) return token;
  }
  return { kind: "sign", start: at, end: at + (sql.startsWith("::", at) ? 2 : 1) };
}

/** In the order in which they are asked. */
const readers: readonly Read[] = [
  match("blank", /\s+/y),
  readExpression,
  readComment,
  readText,
  readName,
  readParameter,
  match("number", /\d[\w.]*/y),
  match("word", /[\p{L}_][\p{L}\p{N}_$]*/uy),
  match("end", /;/y),
];

function match(kind: "blank" | "number" | "word" | "end", pattern: RegExp): Read {
  return (sql, at) => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    if (found === null) return undefined;
    // `users$` may be a name, `users${x}` is one with an expression behind it.
    const text = kind === "word" ? found[0].replace(/\$+$/, "") : found[0];
    return { kind, start: at, end: at + text.length };
  };
}

function readExpression(sql: string, at: number): Token | undefined {
  if (!sql.startsWith("${", at)) return undefined;
  const end = expressionEnd(sql, at);
  return { kind: "expression", start: at, end, source: sql.slice(at, end) };
}

function readComment(sql: string, at: number, lexicon: Lexicon): Token | undefined {
  const line =
    (sql.startsWith("--", at) && (!lexicon.blankAfterDashes || /^--(\s|$)/.test(sql.slice(at, at + 3)))) ||
    (lexicon.hashComments && sql.startsWith("#", at));
  if (line) {
    const end = sql.indexOf("\n", at);
    return { kind: "comment", start: at, end: end < 0 ? sql.length : end };
  }
  if (!sql.startsWith("/*", at)) return undefined;
  if (lexicon.runComments && /^\/\*M?!/.test(sql.slice(at, at + 4)))
    throw new SqlProblem("a comment that the database runs", at, "write the statement without /*! … */");
  return { kind: "comment", start: at, end: findCommentEnd(sql, at, lexicon.nestedComments) };
}

function readText(sql: string, at: number, lexicon: Lexicon): Token | undefined {
  const tag = lexicon.dollarTexts ? dollarTag(sql, at) : undefined;
  if (tag !== undefined)
    return toText(sql, at, { from: at + tag.length, closing: tag, backslash: false, doubled: false });
  if (lexicon.doubleQuotes === "text" && sql.charAt(at) === '"')
    return toText(sql, at, { from: at + 1, closing: '"', backslash: lexicon.backslash, doubled: true });
  const prefix = /^(?:[ebxn]|u&)?(?=')/i.exec(sql.slice(at, at + 3))?.[0].toLowerCase();
  return prefix === undefined ? undefined : readPrefixed(sql, at, { prefix, lexicon });
}

/** A text in single quotes, with what says how it is written. */
function readPrefixed(
  sql: string,
  at: number,
  { prefix, lexicon }: { readonly prefix: string; readonly lexicon: Lexicon },
): Token {
  const backslash = lexicon.backslash || (lexicon.escapeTexts && prefix === "e");
  const token = toText(sql, at, { from: at + prefix.length + 1, closing: "'", backslash, doubled: true });
  const holds = token.kind === "text" && token.parts.some(({ kind }) => kind === "expression");
  if (holds && /^(?:[bx]|u&)$/.test(prefix))
    throw new SqlProblem(`an expression in ${prefix}'…'`, at, "only a plain text may hold expressions");
  return token;
}

function toText(sql: string, at: number, quoting: Parameters<typeof readQuoted>[1]): Token {
  const { parts, end } = readQuoted(sql, quoting);
  return { kind: "text", start: at, end, parts };
}

function readName(sql: string, at: number, lexicon: Lexicon): Token | undefined {
  const closing = closingOfName(sql.charAt(at), lexicon);
  if (closing === undefined) return undefined;
  const { parts, end } = readQuoted(sql, { from: at + 1, closing, backslash: false, doubled: closing !== "]" });
  if (parts.some(({ kind }) => kind === "expression"))
    throw new SqlProblem(
      "an expression in a name",
      at,
      "names are part of the statement: a request can only give values",
    );
  return { kind: "name", start: at, end };
}

function closingOfName(opening: string, lexicon: Lexicon): string | undefined {
  if (opening === '"' && lexicon.doubleQuotes === "name") return '"';
  if (opening === "`" && lexicon.backticks) return "`";
  return opening === "[" && lexicon.brackets ? "]" : undefined;
}

function readParameter(sql: string, at: number, lexicon: Lexicon): Token | undefined {
  const [whole, digits] = /^\$([1-9]\d{0,4})(?![\w$])/.exec(sql.slice(at, at + 7)) ?? [];
  if (whole !== undefined) return { kind: "parameter", start: at, end: at + whole.length, number: Number(digits) };
  if (!lexicon.questionMarks || sql.charAt(at) !== "?") return undefined;
  return { kind: "parameter", start: at, end: at + 1, number: undefined };
}
