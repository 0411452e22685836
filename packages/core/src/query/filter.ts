import { invalid } from "./errors.ts";
import type { Comparison, Condition } from "./query.ts";
import { comparisons } from "./query.ts";

/**
 * Reads the value of a filter: `op.operand`, `not.op.operand`, or the operand of an equality.
 *
 * @throws BW_QUERY_INVALID
 */
export function parseFilter(column: string, text: string): Condition {
  if (text.startsWith("not.")) {
    const rest = parseOperator(column, text.slice("not.".length));
    if (rest === undefined) throw invalid(column, `has ${text}: after not. comes an operator such as eq.`);
    return { kind: "not", of: rest };
  }
  return parseOperator(column, text) ?? { kind: "compare", column, operator: "eq", operand: text };
}

/** `undefined` when the text does not begin with an operator and a dot. */
function parseOperator(column: string, text: string): Condition | undefined {
  const dot = text.indexOf(".");
  if (dot === -1) return undefined;
  const word = text.slice(0, dot);
  const operand = text.slice(dot + 1);
  const operator = comparisons.find((candidate) => candidate === word);
  return operator ? compare(column, operator, operand) : readers.get(word)?.(column, operand);
}

function compare(column: string, operator: Comparison, operand: string): Condition {
  return { kind: "compare", column, operator, operand };
}

type Reader = (column: string, operand: string) => Condition;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["in", (column, operand) => ({ kind: "in", column, operands: parseList(column, operand) })],
  ["is", parseIs],
  ["like", (column, pattern) => ({ kind: "like", column, pattern, ignoreCase: false })],
  ["ilike", (column, pattern) => ({ kind: "like", column, pattern, ignoreCase: true })],
  ["match", refuse("match")],
  ["imatch", refuse("imatch")],
  ["isdistinct", refuse("isdistinct")],
]);

function refuse(operator: string): Reader {
  return (column, operand) => {
    throw invalid(
      column,
      `has the operator ${operator}, which is not answered yet; the text itself is eq.${operator}.${operand}`,
    );
  };
}

function parseIs(column: string, operand: string): Condition {
  const word = operand.toLowerCase();
  if (word === "null") return { kind: "is", column, value: null };
  if (word === "true" || word === "false") return { kind: "is", column, value: word === "true" };
  throw invalid(column, `has is.${operand}: write is.null, is.true or is.false`);
}

/** `(a,b,"c,d")`: a quoted item may hold anything; `\` takes the next character as it is. */
function parseList(column: string, text: string): string[] {
  if (!text.startsWith("(") || !text.endsWith(")")) {
    throw invalid(column, `has in.${text}: write in.(a,b); the text itself is eq.in.${text}`);
  }
  const inner = text.slice(1, -1);
  if (inner === "") return [];
  const items: string[] = [];
  for (let at = 0; at <= inner.length;) {
    const item = inner[at] === '"' ? readQuoted(inner, at) : readBare(inner, at);
    if (item === undefined) throw invalid(column, `has in.${text}: a quotation mark is missing`);
    items.push(item.text);
    at = item.end + 1;
  }
  return items;
}

interface Item {
  readonly text: string;
  /** Position of the comma after it, or the end. */
  readonly end: number;
}

function readBare(text: string, from: number): Item {
  const comma = text.indexOf(",", from);
  const end = comma === -1 ? text.length : comma;
  return { text: text.slice(from, end), end };
}

function readQuoted(text: string, from: number): Item | undefined {
  let item = "";
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"')
      return at + 1 === text.length || text[at + 1] === "," ? { text: item, end: at + 1 } : undefined;
    if (character === "\\") at += 1;
    item += text[at] ?? "";
  }
  return undefined;
}
