/** How the text after an operator is read. */
export type OperandKind =
  /** One value of the column's type. */
  | "value"
  /** `(a,b,"c,d")` */
  | "list"
  /** `null`, `not_null`, `true`, `false`, `unknown` */
  | "keyword"
  /** An SQL pattern: `%` and `*` stand for any text, `_` for one character, `\` takes the next as it is. */
  | "pattern"
  /** A regular expression. */
  | "expression"
  /** A list `{a,b}`, a range `[1,5)` or JSON, as the column is. */
  | "container"
  /** A range `[1,5)`. */
  | "range"
  /** Words of a full-text search. */
  | "search";

/** One operator of a filter, the same for every back end. */
export interface Operator {
  /** The word of the query: `gte`. */
  readonly name: string;
  /** What stands behind it. */
  readonly operand: OperandKind;
  /** Whether `(any)` and `(all)` may follow, with a list `{a,b}`. */
  readonly quantified: boolean;
  /** What PostgreSQL writes. */
  readonly sql: string;
  /** What it asks, for people: the column, the operator's meaning, the operand. */
  readonly meaning: string;
}

/** Every operator, in the order of the reference. */
export const operators = [
  { name: "eq", operand: "value", quantified: true, sql: "=", meaning: "equals" },
  { name: "neq", operand: "value", quantified: false, sql: "<>", meaning: "does not equal" },
  { name: "gt", operand: "value", quantified: true, sql: ">", meaning: "is above" },
  { name: "gte", operand: "value", quantified: true, sql: ">=", meaning: "is at least" },
  { name: "lt", operand: "value", quantified: true, sql: "<", meaning: "is below" },
  { name: "lte", operand: "value", quantified: true, sql: "<=", meaning: "is at most" },
  { name: "like", operand: "pattern", quantified: true, sql: "LIKE", meaning: "fits the pattern" },
  { name: "ilike", operand: "pattern", quantified: true, sql: "ILIKE", meaning: "fits the pattern, whatever the case" },
  { name: "match", operand: "expression", quantified: true, sql: "~", meaning: "holds a match of the expression" },
  { name: "imatch", operand: "expression", quantified: true, sql: "~*", meaning: "the same, whatever the case" },
  { name: "in", operand: "list", quantified: false, sql: "IN", meaning: "is one of" },
  { name: "is", operand: "keyword", quantified: false, sql: "IS", meaning: "is nothing, true or false" },
  { name: "isdistinct", operand: "value", quantified: false, sql: "IS DISTINCT FROM", meaning: "differs, nothing too" },
  { name: "cs", operand: "container", quantified: false, sql: "@>", meaning: "holds all of" },
  { name: "cd", operand: "container", quantified: false, sql: "<@", meaning: "is held by" },
  { name: "ov", operand: "container", quantified: false, sql: "&&", meaning: "has something in common with" },
  { name: "sl", operand: "range", quantified: false, sql: "<<", meaning: "lies wholly below" },
  { name: "sr", operand: "range", quantified: false, sql: ">>", meaning: "lies wholly above" },
  { name: "nxr", operand: "range", quantified: false, sql: "&<", meaning: "does not reach above" },
  { name: "nxl", operand: "range", quantified: false, sql: "&>", meaning: "does not reach below" },
  { name: "adj", operand: "range", quantified: false, sql: "-|-", meaning: "touches" },
  { name: "fts", operand: "search", quantified: false, sql: "@@", meaning: "matches the search (to_tsquery)" },
  { name: "plfts", operand: "search", quantified: false, sql: "@@", meaning: "matches the words (plainto_tsquery)" },
  { name: "phfts", operand: "search", quantified: false, sql: "@@", meaning: "matches the phrase (phraseto_tsquery)" },
  {
    name: "wfts",
    operand: "search",
    quantified: false,
    sql: "@@",
    meaning: "matches the web search (websearch_to_tsquery)",
  },
] as const satisfies readonly Operator[];

/** The word of an operator. */
export type OperatorName = (typeof operators)[number]["name"];

const byName: ReadonlyMap<string, Operator & { readonly name: OperatorName }> = new Map(
  operators.map((operator) => [operator.name, operator]),
);

/** The operator of a word; `undefined` when it is none. */
export function findOperator(word: string): (Operator & { readonly name: OperatorName }) | undefined {
  return byName.get(word);
}

/** Every word of an operator. */
export const operatorNames: readonly OperatorName[] = operators.map(({ name }) => name);

/** What `is` may ask for. */
export const keywords = ["null", "not_null", "true", "false", "unknown"] as const;

/** What `is` may ask for. */
export type Keyword = (typeof keywords)[number];

/** Functions over the rows of a group. */
export const aggregates = ["count", "sum", "avg", "min", "max"] as const;

/** A function over the rows of a group. */
export type AggregateName = (typeof aggregates)[number];
