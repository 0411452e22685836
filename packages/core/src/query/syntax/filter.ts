import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Operator, OperatorName } from "../operators.ts";
import { findOperator, keywords, operatorNames } from "../operators.ts";
import type { Condition, Field, FilterCondition, Operand } from "./syntax.ts";
import type { Reader } from "./reader.ts";
import {
  expect,
  expectEnd,
  expectEndOfBrackets,
  skipSpace,
  spend,
  take,
  takeList,
  takeMatch,
  takeQuoted,
  unexpected,
  unknownWord,
} from "./reader.ts";
import { readField } from "./field.ts";

/** The value of a filter: `not.op.operand`, or the operand of an equality. @throws BW_QUERY_INVALID */
export function readFilter(reader: Reader, field: Field): FilterCondition {
  spend(reader);
  const { negated, word } = readHead(reader);
  const operator = findOperator(word);
  if (operator === undefined) {
    // PostgREST has no `column=value`.
    if (reader.reading.dialect === "backworks" && !negated) return equality(field, reader.text);
    throw unknownWord(reader, { text: word, what: "operator", at: negated ? 4 : 0 }, operatorNames);
  }
  const filter = readOperator(reader, { operator, field, negated }, "parameter");
  if (filter.operator === "in") expectEndOfBrackets(reader);
  else expectEnd(reader);
  return filter;
}

function equality(field: Field, text: string): FilterCondition {
  const operand: Operand = { kind: "text", text };
  const rest = { quantifier: undefined, language: undefined, operand };
  return { kind: "filter", field, negated: false, operator: "eq", ...rest };
}

const operatorWord = /[a-z]+(?=[.(])/y;

/** Stands behind the operator then, or where it began when there is none. */
function readHead(reader: Reader): { readonly negated: boolean; readonly word: string } {
  const negated = take(reader, "not.");
  return { negated, word: takeMatch(reader, operatorWord) };
}

interface Head {
  readonly operator: Operator & { readonly name: OperatorName };
  readonly field: Field;
  readonly negated: boolean;
}

/** A filter in a tree ends before a comma or a bracket, one of a parameter with the parameter. */
type Where = "parameter" | "tree";

function readOperator(reader: Reader, { operator, field, negated }: Head, where: Where): FilterCondition {
  const { quantifier, language } = readModifier(reader, operator);
  expect(reader, ".");
  const operand = quantifier ? readBraces(reader) : readOperand(reader, operator, where);
  return { kind: "filter", field, negated, operator: operator.name, quantifier, language, operand };
}

function readModifier(reader: Reader, operator: Operator): Pick<FilterCondition, "quantifier" | "language"> {
  const position = reader.at;
  if (!take(reader, "(")) return { quantifier: undefined, language: undefined };
  const modifier = takeMatch(reader, /[^)]*/y);
  expect(reader, ")");
  if (operator.operand === "search") return { quantifier: undefined, language: modifier };
  if (operator.quantified && (modifier === "any" || modifier === "all"))
    return { quantifier: modifier, language: undefined };
  throw invalid(reader.parameter, `has ${operator.name}(${modifier})`, { position, hint: modifierHint(operator) });
}

function modifierHint({ name, quantified, operand }: Operator): string {
  if (operand === "search") return `write ${name}(language).words`;
  return quantified ? `write ${name}(any).{a,b} or ${name}(all).{a,b}` : `${name} takes neither (any) nor (all)`;
}

function readOperand(reader: Reader, operator: Operator, where: Where): Operand {
  if (operator.operand === "list") return readBrackets(reader);
  if (operator.operand === "keyword") return readKeyword(reader, where);
  return { kind: "text", text: where === "tree" ? readTreeText(reader) : takeMatch(reader, /[^]*/y) };
}

function readKeyword(reader: Reader, where: Where): Operand {
  const at = reader.at;
  const text = where === "tree" ? takeMatch(reader, /[^,)]*/y) : takeMatch(reader, /[^]*/y);
  const keyword = keywords.find((known) => known === text.toLowerCase());
  if (keyword === undefined) throw unknownWord(reader, { text, what: "word after is.", at }, keywords);
  return { kind: "keyword", keyword };
}

/** Text of a filter in a tree: quoted, a list in braces, or up to the next comma or bracket. */
function readTreeText(reader: Reader): string {
  const start = reader.at;
  if (reader.text[start] === '"') {
    const quoted = takeQuoted(reader);
    if (quoted !== undefined && endsItem(reader)) return quoted;
    reader.at = start;
  }
  if (reader.text[start] === "{" || reader.text[start] === "[") {
    const end = closingOf(reader.text, start);
    if (end !== undefined) {
      reader.at = end;
      if (endsItem(reader)) return reader.text.slice(start, end);
    }
    reader.at = start;
  }
  return takeMatch(reader, /[^,)]*/y);
}

function endsItem({ text, at }: Reader): boolean {
  return at >= text.length || text[at] === "," || text[at] === ")";
}

/** A range `[1,5)` ends with a round bracket. */
const steps: Readonly<Record<string, number>> = { "{": 1, "[": 1, "}": -1, "]": -1, ")": -1 };

/** Behind the brace or bracket that closes the one at `start`; texts in quotation marks do not count. */
function closingOf(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "\\" && quoted) at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted) depth += steps[character] ?? 0;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

const leadingBlanks = / +(?=[,)])/y;

/** `(a,b,"c,d")`: a quoted text may hold anything. */
function readBrackets(reader: Reader): Operand {
  if (!take(reader, "("))
    throw invalid(reader.parameter, "expects a list after in.", { position: reader.at, hint: "write in.(a,b)" });
  // A list of blanks holds nothing; before a text they belong to it.
  takeMatch(reader, leadingBlanks);
  if (take(reader, ")")) return { kind: "list", texts: [] };
  const texts: string[] = [];
  do {
    countText(reader, texts.length);
    texts.push(readListText(reader));
  } while (take(reader, ","));
  expect(reader, ")");
  return { kind: "list", texts };
}

function countText(reader: Reader, already: number): void {
  if (already >= limits.list) throw invalid(reader.parameter, `has a list of more than ${limits.list} texts`);
}

function readListText(reader: Reader): string {
  const start = reader.at;
  if (reader.text[start] === '"') {
    const quoted = takeQuoted(reader);
    if (quoted !== undefined && endsItem(reader)) return quoted;
    // A quotation mark that closes nothing is one of the text, as PostgREST reads it.
    reader.at = start;
  }
  return takeMatch(reader, /[^,)]*/y);
}

const braced = /\{/y;
const elementText = /[^,{}"\\]*/y;

/** `{a,"b,c",null}`, as PostgreSQL writes a list. */
function readBraces(reader: Reader): Operand {
  if (takeMatch(reader, braced) === "") throw unexpected(reader, "a list {a,b}");
  if (take(reader, "}")) return { kind: "list", texts: [] };
  const texts: (string | null)[] = [];
  do {
    countText(reader, texts.length);
    texts.push(readElement(reader));
  } while (take(reader, ","));
  expect(reader, "}");
  return { kind: "list", texts };
}

function readElement(reader: Reader): string | null {
  skipSpace(reader);
  if (reader.text[reader.at] !== '"') {
    const text = takeMatch(reader, elementText).trim();
    return text.toLowerCase() === "null" ? null : text;
  }
  const quoted = takeQuoted(reader);
  if (quoted === undefined) throw unexpected(reader, "a quotation mark that is closed");
  skipSpace(reader);
  return quoted;
}

/** `(a.eq.1,not.or(b.gt.2,c.is.null))`, the value of `and` and `or`. @throws BW_QUERY_INVALID */
export function readTree(reader: Reader, depth: number): readonly Condition[] {
  if (depth > limits.depth)
    throw invalid(reader.parameter, `is more than ${limits.depth} levels deep`, { position: reader.at });
  skipSpace(reader);
  expect(reader, "(");
  const of = takeList(reader, (inner) => readCondition(inner, depth));
  expect(reader, ")");
  skipSpace(reader);
  return of;
}

const logicHead = /(?:not\.)?(?:and|or)(?= *\()/y;

function readCondition(reader: Reader, depth: number): Condition {
  const head = takeMatch(reader, logicHead);
  if (head !== "") {
    const negated = head.startsWith("not.");
    return { kind: head.endsWith("and") ? "and" : "or", negated, of: readTree(reader, depth + 1) };
  }
  const field = readField(reader);
  expect(reader, ".");
  const at = reader.at;
  const { negated, word } = readHead(reader);
  const operator = findOperator(word);
  if (operator === undefined) throw unknownWord(reader, { text: word, what: "operator", at }, operatorNames);
  return readOperator(reader, { operator, field, negated }, "tree");
}
