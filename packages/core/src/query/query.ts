import type { JsonValue } from "../exchange.ts";

/** One row of a collection. */
export type Row = Readonly<Record<string, JsonValue | undefined>>;

/** What a request asks of a collection: checked, and the same for every back end. */
export interface Query {
  readonly where: Condition;
  /** Most significant first. */
  readonly order: readonly Order[];
  /** Rows skipped. */
  readonly offset: number;
  /** Rows at most. */
  readonly limit: number;
  /** How the request counts, and so how links to other pages do. */
  readonly paging: "page" | "offset";
}

/** Whether a row belongs to the answer; SQL's three values: a comparison with nothing is neither true nor false. */
export type Condition =
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "compare"; readonly column: string; readonly operator: Comparison; readonly operand: string }
  | { readonly kind: "like"; readonly column: string; readonly pattern: string; readonly ignoreCase: boolean }
  | { readonly kind: "in"; readonly column: string; readonly operands: readonly string[] }
  | { readonly kind: "is"; readonly column: string; readonly value: null | boolean };

export const comparisons = ["eq", "neq", "gt", "gte", "lt", "lte"] as const;

export type Comparison = (typeof comparisons)[number];

export interface Order {
  readonly column: string;
  readonly descending: boolean;
  readonly nulls: "first" | "last";
}

/** What a query found. */
export interface QueryResult {
  readonly rows: readonly Row[];
  /** Rows that fit, whatever the page. */
  readonly total: number;
}
