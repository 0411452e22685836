import type { AggregateName, Keyword, OperatorName } from "../operators.ts";

/** A query as it is written: nothing in it was looked up yet. */
export interface QuerySyntax {
  /** What rows are answered with. */
  readonly select: readonly SelectItem[];
  /** In the order they stand; all must hold. */
  readonly filters: readonly Embedded<Condition>[];
  /** Of the rows of the request and of those it embeds. */
  readonly orders: readonly Embedded<readonly OrderTerm[]>[];
  /** One word of a page each. */
  readonly pages: readonly Embedded<Page>[];
  /** A cursor, empty for the first page; `undefined` without `after`. */
  readonly after: string | undefined;
  /** Columns a body may write; `undefined` without `columns`. */
  readonly columns: readonly string[] | undefined;
  /** Columns that tell whether a row is there already. */
  readonly onConflict: readonly string[] | undefined;
}

/** What is said of the rows of the request (an empty path), or of those it embeds. */
export interface Embedded<T> {
  /** Names or aliases of embedded relations, outermost first. */
  readonly path: readonly string[];
  readonly of: T;
  /** The parameter that says it, for messages. */
  readonly parameter: string;
}

/** One word about a page: rows at most, rows skipped, or its number from 1. */
export interface Page {
  readonly limit?: number;
  readonly offset?: number;
  readonly number?: number;
}

/** One part of `select`. */
export type SelectItem = StarItem | ColumnItem | EmbedItem;

/** `*` */
export interface StarItem {
  readonly kind: "star";
}

/** `alias:column->path::cast.sum()::cast` */
export interface ColumnItem {
  readonly kind: "column";
  readonly alias: string | undefined;
  /** `undefined` for a bare `count()`. */
  readonly field: Field | undefined;
  readonly cast: string | undefined;
  readonly aggregate: AggregateName | undefined;
  /** The cast of what the aggregate gives. */
  readonly aggregateCast: string | undefined;
}

/** `alias:relation!hint!inner(…)` or `...relation(…)` */
export interface EmbedItem {
  readonly kind: "embed";
  readonly alias: string | undefined;
  readonly relation: string;
  /** Name of a foreign key, one of its columns, or a junction. */
  readonly hint: string | undefined;
  /** `inner`: rows that embed nothing are left out. */
  readonly join: "inner" | "left" | undefined;
  /** Whether its columns stand among those around it. */
  readonly spread: boolean;
  readonly select: readonly SelectItem[];
}

/** A column, or a place in the JSON it holds. */
export interface Field {
  readonly column: string;
  readonly json: readonly JsonStep[];
}

/** `->key`, `->0`; the last one may be `->>`, which gives text. */
export interface JsonStep {
  readonly step: string | number;
  readonly text: boolean;
}

/** Whether a row belongs to the answer. */
export type Condition = LogicCondition | FilterCondition;

/** `and(…)`, `or(…)` */
export interface LogicCondition {
  readonly kind: "and" | "or";
  readonly negated: boolean;
  readonly of: readonly Condition[];
}

/** `field.not.operator(any).operand` */
export interface FilterCondition {
  readonly kind: "filter";
  readonly field: Field;
  readonly negated: boolean;
  readonly operator: OperatorName;
  readonly quantifier: "any" | "all" | undefined;
  /** Text-search configuration: `fts(english)`. */
  readonly language: string | undefined;
  readonly operand: Operand;
}

/** What a column is compared with. */
export type Operand =
  | { readonly kind: "text"; readonly text: string }
  /** Of `in`, or of `(any)` and `(all)`, where `null` stands for nothing. */
  | { readonly kind: "list"; readonly texts: readonly (string | null)[] }
  | { readonly kind: "keyword"; readonly keyword: Keyword };

/** `column.desc.nullslast`, `relation(column)` */
export interface OrderTerm {
  /** An embedded relation to one row whose column it is. */
  readonly relation: string | undefined;
  readonly field: Field;
  readonly descending: boolean;
  /** `undefined`: last, and first when descending. */
  readonly nulls: "first" | "last" | undefined;
}
