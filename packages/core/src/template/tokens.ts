import { SyntaxProblem } from "./problem.ts";
import { readExpression } from "./scan.ts";

export interface Token {
  readonly kind: "number" | "text" | "name" | "mark" | "nested" | "end";
  /** The mark or name, or the text that a literal stands for; empty for a nested `${…}`. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Whether white space or the beginning stands before it. */
  readonly spaced: boolean;
}

/** Longest first, so that none hides behind its own beginning. */
const marks = [
  "===",
  "!==",
  "?.",
  "||",
  "??",
  "&&",
  "==",
  "!=",
  "<=",
  ">=",
  ":-",
  "${",
  ...Array.from("[](){}.,?:!<>+-*/%"),
];

const numberPattern = /\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const namePattern = /[\p{L}_](?:[\p{L}\p{N}_]|\$(?!\{))*|\$[\p{L}_][\p{L}\p{N}_]*/uy;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

/** The tokens of `text` between two offsets, a last one of kind `end` included. */
export function tokenize(text: string, start: number, end: number): readonly Token[] {
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    const from = at;
    while (at < end && /\s/.test(text.charAt(at))) at += 1;
    const spaced = at > from || at === start;
    if (at >= end) return [...tokens, { kind: "end", value: "", start: end, end, spaced }];
    const token = { ...nextToken(text, at, end), spaced };
    tokens.push(token);
    at = token.end;
  }
}

function nextToken(text: string, start: number, end: number): Omit<Token, "spaced"> {
  const first = text.charAt(start);
  if (first === "'" || first === '"') return readText(text, start, end);
  if (text.startsWith("${", start))
    return { kind: "nested", value: "", start, end: readExpression(text, start, end).end };
  const number = match(numberPattern, text, start);
  if (number !== undefined) return readNumber(text, number, start);
  const name = match(namePattern, text, start);
  if (name !== undefined) return { kind: "name", value: name, start, end: start + name.length };
  const mark = marks.find((candidate) => text.startsWith(candidate, start));
  if (mark === undefined) throw unexpected(text, start);
  return { kind: "mark", value: mark, start, end: start + mark.length };
}

function match(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0];
}

function readNumber(text: string, number: string, start: number): Omit<Token, "spaced"> {
  const end = start + number.length;
  const after = match(namePattern, text, end);
  if (after !== undefined) {
    throw new SyntaxProblem(`${number}${after} is not a number`, start, {
      end: end + after.length,
      hint: `write '${number}${after}' for a text`,
    });
  }
  if (!Number.isFinite(Number(number))) throw new SyntaxProblem(`${number} is too large`, start, { end });
  return { kind: "number", value: number, start, end };
}

function readText(text: string, start: number, end: number): Omit<Token, "spaced"> {
  const quote = text.charAt(start);
  for (let at = start + 1; at < end; at += 1) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === quote) {
      return { kind: "text", value: unescape(text.slice(start + 1, at)), start, end: at + 1 };
    }
  }
  throw new SyntaxProblem(`the text that begins here has no closing ${quote}`, start);
}

/** Puts characters in the place of `\n`, `\u00e9` and the like. */
export function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, code: string | undefined, character = "") =>
    code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const hints: Readonly<Record<string, string>> = {
  "=": "write == to compare",
  "&": "write && for and",
  "|": "write || for or; a filter is written as a call: upper(query.q)",
  "`": "write a text between ' and '",
  ";": "one expression has no ;",
};

function unexpected(text: string, start: number): SyntaxProblem {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return new SyntaxProblem(`unexpected ${character}`, start, { end: start + character.length, hint: hints[character] });
}
