import type { JsonValue } from "../exchange.ts";
import type { AggregateName, Keyword, OperatorName } from "./operators.ts";
import type { Relation } from "./relations.ts";
import type { JsonStep } from "./syntax/syntax.ts";
import type { ValueType } from "./types.ts";

/** One row of a collection. */
export type Row = Readonly<Record<string, JsonValue | undefined>>;

/**
 * A query that was checked against a schema: its shape, and the values of the request apart from it.
 *
 * The shape holds no text of a request but names of columns and relations that are there, so that what is made of it can be kept and used
 * again. It is plain data, frozen by whoever keeps it.
 */
export interface CheckedQuery {
  /** What is asked. */
  readonly shape: Selection;
  /** What the parameters of the shape stand for, by their number. */
  readonly values: readonly ParameterValue[];
}

/** A list for the parameters of `in`, `(any)` and `(all)`. */
export type ParameterValue = JsonValue;

/** Stands for a value of the request. */
export interface Parameter {
  /** Place among the values. */
  readonly parameter: number;
  /** Of the value, or of the elements of a list. */
  readonly type: ValueType;
}

/** Rows of one table, chosen, ordered and shaped. */
export interface Selection {
  /** The table its rows are of. */
  readonly table: string;
  /** In the order of the answer. */
  readonly outputs: readonly Output[];
  /** Which rows belong to the answer. */
  readonly where: Condition;
  /** Most significant first. */
  readonly order: readonly Order[];
  /** Values of the last row of the page before, one for each term of the order; `undefined` without keyset pages. */
  readonly after: readonly Parameter[] | undefined;
  /** A whole number of rows at most; `undefined`: all of them. */
  readonly limit: Parameter | undefined;
  /** Rows skipped; `undefined`: none. */
  readonly offset: Parameter | undefined;
  /** Related rows: those of the answer, and those that only filter or order. */
  readonly embeds: readonly Embed[];
  /** Whether rows are put together: by every output that is no aggregate. */
  readonly grouped: boolean;
}

/** One member of the objects that are answered. */
export type Output =
  /** Every column. */
  | { readonly kind: "star" }
  | {
      readonly kind: "column";
      readonly name: string;
      /** `undefined` for `count()` alone. */
      readonly field: Field | undefined;
      readonly cast: ValueType | undefined;
      readonly aggregate: AggregateName | undefined;
      readonly aggregateCast: ValueType | undefined;
      readonly type: ValueType;
    }
  /** An embed, as an object, nothing, or a list; spread when it has no name. */
  | { readonly kind: "embed"; readonly name: string | undefined; readonly embed: number };

/** A column, or a place in the JSON it holds. */
export interface Field {
  /** The column. */
  readonly column: string;
  /** Steps into the JSON it holds; empty for the column itself. */
  readonly json: readonly JsonStep[];
  /** Of the place: `json`, or `text` after `->>`. */
  readonly type: ValueType;
}

/** Related rows. */
export interface Embed {
  /** How they are found. */
  readonly relation: Relation;
  /** What is asked of them. */
  readonly selection: Selection;
  /** Whether rows without related rows are left out. */
  readonly inner: boolean;
  /** Which rows of the junction join anything. @defaultValue all of them */
  readonly between?: Condition;
}

/** Whether a row belongs to the answer; SQL's three values: what is asked of nothing is neither true nor false. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | {
      readonly kind: "compare";
      readonly field: Field;
      readonly operator: Exclude<OperatorName, "is" | "in">;
      readonly quantifier: "any" | "all" | undefined;
      /** Text-search configuration. */
      readonly language: string | undefined;
      readonly operand: Parameter;
    }
  | { readonly kind: "in"; readonly field: Field; readonly operand: Parameter }
  | { readonly kind: "is"; readonly field: Field; readonly keyword: Keyword }
  /** Whether an embed has rows. */
  | { readonly kind: "exists"; readonly embed: number };

/** One term of an order. */
export interface Order {
  /** An embed to one row whose column it is. */
  readonly embed: number | undefined;
  /** What is compared. */
  readonly field: Field;
  /** From the highest. */
  readonly descending: boolean;
  /** Where rows stand for which it is nothing. */
  readonly nulls: "first" | "last";
}
