import type { AggregateName, Condition, Field, Parameter, ValueType } from "@backworks/core/query";
import type { Dialect } from "../dialect.ts";
import type { Row } from "../engine.ts";
import type { DatabaseColumn } from "../schema/schema.ts";
import type { Decode } from "./decode.ts";
import type { Sql } from "./sql.ts";

/** A column of a table of the statement, or a place in the JSON that it holds. */
export interface Cell {
  /** The column. */
  readonly column: Sql;
  /** What is known of it. */
  readonly known: DatabaseColumn | undefined;
  /** Steps into its JSON. */
  readonly steps: Field["json"];
  /** Of the place. */
  readonly type: ValueType;
}

/** A value computed by the database, with what is known of it. */
export interface Computed {
  readonly sql: Sql;
  readonly type: ValueType;
}

export type Comparison = Extract<Condition, { kind: "compare" }>;

/** What `=`, `<` and the like are called by the query. */
export type ScalarOperator = "eq" | "neq" | "gt" | "gte" | "lt" | "lte" | "isdistinct";

/** How a database writes what a query asks. Everything it gives is three-valued as SQL is. */
export interface QueryDialect extends Pick<Dialect, "name" | "quote" | "placeholder"> {
  /** For messages. */
  readonly label: string;
  /** Whether a cell holds anything; JSON's null is nothing. */
  present(cell: Cell): Sql;
  /** Whether the request gave nothing. */
  isNothing(operand: Parameter): Sql;
  /** One comparison with one value of the request. */
  compare(cell: Cell, operator: ScalarOperator, operand: Parameter): Sql;
  /** A comparison, a pattern or an expression with each value of a list. */
  quantified(cell: Cell, comparison: Comparison): Sql;
  isIn(cell: Cell, operand: Parameter): Sql;
  /** Whether it is true, or false: never unknown. */
  isTruth(cell: Cell, wanted: boolean): Sql;
  pattern(cell: Cell, comparison: Comparison): Sql;
  /** `undefined` where it has none. */
  readonly expression: ((cell: Cell, comparison: Comparison) => Sql) | undefined;
  readonly search: ((cell: Cell, comparison: Comparison) => Sql) | undefined;
  /** `cs`, `cd`, `ov` and what ranges are asked; `undefined` where it has none. */
  container(cell: Cell, comparison: Comparison): Sql | undefined;
  /** What rows are ordered by, most significant first. */
  sortKeys(cell: Cell): readonly Sql[];
  /** One term of an order. */
  orderTerm(
    key: Sql,
    order: { readonly descending: boolean; readonly nulls: "first" | "last"; readonly nullable: boolean },
  ): Sql;
  /** A cell as it stands in the JSON of an answer. */
  leaf(cell: Cell): Sql;
  /** How what `leaf` gives is read; `undefined` where it is right as it is. */
  decode(cell: Cell): Decode | undefined;
  /** The same for a computed value. */
  computedLeaf(computed: Computed): Sql;
  /** @param known - the column whose values it is, or a sum of */
  decodeComputed(type: ValueType, known: DatabaseColumn | undefined): Decode | undefined;
  /** The value of a cell for computing: grouping, casts, aggregates. */
  value(cell: Cell): Sql;
  /** A value of another type; `undefined` where it cannot be computed. */
  cast(from: Computed, to: ValueType): Sql | undefined;
  aggregate(name: AggregateName, of: Computed): Sql;
  /** A list of JSON of these values, as JSON. */
  row(leaves: readonly Sql[]): Sql;
  /** The same as text, for the rows of an answer. */
  rowText(leaves: readonly Sql[]): Sql;
  /** The rows of a select, which have JSON as `j`, as fewer rows: one text costs less to hand over than many. */
  page(select: Sql): Sql;
  /** Makes JSON of what a sub-select gave. */
  fromSelect(select: Sql): Sql;
  /** JSON as something to group by, and back. */
  toKey(json: Sql): Sql;
  fromKey(key: Sql): Sql;
  /** One list of the JSON of rows, in their order. */
  list(rows: EmbeddedRows): Sql;
  /** Whether a select in FROM may name tables around it; where not, limit and offset of a list are left to whoever reads it. */
  readonly correlates: boolean;
  limit(limit: Sql | undefined, offset: Sql | undefined): Sql;
  /** A whole number of a limit or offset. */
  whole(value: Sql): Sql;
  /** How the database tells how many rows it expects; `undefined` where it does not. */
  readonly planned: { readonly prefix: string; rowsOf(row: Row): number } | undefined;
}

/** The parts of a select whose rows become a list. */
export interface EmbeddedRows {
  /** JSON of one row. */
  readonly row: Sql;
  /** What follows FROM, with the condition. */
  readonly from: Sql;
  readonly order: readonly Sql[];
  /** ` LIMIT …`, or nothing. */
  readonly stretch: Sql;
  /** Whether there is exactly one row: that of an aggregate without groups. */
  readonly single: boolean;
}
