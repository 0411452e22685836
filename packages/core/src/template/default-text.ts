import type { ParserOptions, Range } from "./names.ts";

/** A default that was written as in a shell, without quotes: `query.sort:-created_at`. */
export interface DefaultText {
  /** Offset of the `:-`. */
  readonly operatorAt: number;
  /** Offset at which the text begins. */
  readonly start: number;
  readonly text: string;
}

/** Texts that no expression looks like: a date, a version, a time; an address; a path; an e-mail address. */
const plainTexts = [
  /^\d+[\w-]*[-.:a-zA-Z_][\w.:+-]*$/,
  /^[a-zA-Z][a-zA-Z+.-]*:\/\/\S*$/,
  /^\.{0,2}\/[\w/.-]*$/,
  /^[\w.+-]+@[\w.-]+$/,
];

/** One word or several; whether it is a text depends on its first word being no name that is known. */
const words = /^([\p{L}_][\p{L}\p{N}_]*)(?:[- ]+[\p{L}\p{N}_]+)*$/u;
const keywords = new Set(["true", "false", "null", "not"]);

/** The unquoted text behind a `:-` of an expression, or `undefined` when an expression stands there. */
export function defaultText(text: string, range: Range, options: ParserOptions): DefaultText | undefined {
  const { from, to } = range;
  const operatorAt = findOperator(text, from, to);
  if (operatorAt === undefined) return undefined;
  const after = text.slice(operatorAt + 2, to);
  const value = after.trim();
  if (!isPlainText(value, options)) return undefined;
  return { operatorAt, start: operatorAt + 2 + after.indexOf(value), text: value };
}

function isPlainText(value: string, options: ParserOptions): boolean {
  if (/^\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(value)) return false;
  if (plainTexts.some((pattern) => pattern.test(value))) return true;
  const first = words.exec(value)?.[1];
  if (first === undefined || keywords.has(first)) return false;
  // Without parentheses a function is called in the older spelling only.
  return !options.isRoot(first) && !(options.older && options.isFunction(first));
}

/** Offset of the first `:-` outside brackets, texts and conditions. */
function findOperator(text: string, from: number, to: number): number | undefined {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const character = text.charAt(at);
    if (character === "'" || character === '"') at = closing(text, at, to);
    else if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    else if (depth === 0 && isCondition(text, at)) return undefined;
    else if (depth === 0 && text.startsWith(":-", at)) return at;
  }
  return undefined;
}

function closing(text: string, start: number, to: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < to; at += 1) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return to;
}

/** Whether a `?` stands there that is no part of `??` or `?.`. */
function isCondition(text: string, at: number): boolean {
  return text.charAt(at) === "?" && text.charAt(at - 1) !== "?" && !"?.".includes(text.charAt(at + 1) || " ");
}
