import type { ValueType } from "./types.ts";

/** Tables and how they hang together: read from a database, or from collections that are mocked. */
export interface Schema {
  /** `undefined` when there is none of that name, or it may not be seen. */
  table(name: string): Table | undefined;
  /** Names of the tables that may be seen. */
  readonly names: readonly string[];
}

/** One table, or what is like one. */
export interface Table {
  /** As the query names it. */
  readonly name: string;
  /** In their order; `undefined` while nothing is known: every name is a column then. */
  readonly columns: ReadonlyMap<string, Column> | undefined;
  /** Columns that tell one row from another; empty when nothing does. */
  readonly primaryKey: readonly string[];
  /** Further columns of which no two rows have the same. */
  readonly uniques: readonly (readonly string[])[];
  /** Whether a row may bring a column that is not there yet. @defaultValue false */
  readonly open?: boolean;
  /** Where its rows lead. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Whether it only joins two others, and its own rows are nobody's to see. @defaultValue false */
  readonly joinsOnly?: boolean;
}

/** A column of a table. */
export interface Column {
  /** As the query names it. */
  readonly name: string;
  /** What its values are. */
  readonly type: ValueType;
  /** Whether a row may have nothing there. */
  readonly nullable: boolean;
  /** Whether a row that is written without it gets a value. */
  readonly hasDefault: boolean;
  /** Whether it is computed and cannot be written. */
  readonly generated: boolean;
}

/** Columns of one table that hold the key of a row in another. */
export interface ForeignKey {
  /** As the database calls it: a hint of the query may name it. */
  readonly name: string;
  /** Columns of the table that holds it. */
  readonly columns: readonly string[];
  /** Table they lead to. */
  readonly target: string;
  /** What they hold of that table, one by one. */
  readonly targetColumns: readonly string[];
  /** What the target calls the rows that lead to it; the name of their table when left out. */
  readonly inverse?: string | undefined;
}

/** How the rows of one table find those of another. */
export interface Relation {
  /** How many rows stand on each side. */
  readonly cardinality: "many-to-one" | "one-to-many" | "one-to-one" | "many-to-many";
  /** Name of the foreign key, or of both with the junction. */
  readonly constraint: string;
  /** The table that is embedded. */
  readonly target: string;
  /** Columns of the one table, and of the other (or of the junction), pair by pair. */
  readonly columns: readonly (readonly [own: string, other: string])[];
  /** The table in between, for many-to-many. */
  readonly junction: Junction | undefined;
}

/** A table between two others. */
export interface Junction {
  /** Its name. */
  readonly table: string;
  /** Columns of the junction, and of the target, pair by pair. */
  readonly columns: readonly (readonly [own: string, other: string])[];
}

/** Whether at most one row is found. */
export function isToOne({ cardinality }: Relation): boolean {
  return cardinality === "many-to-one" || cardinality === "one-to-one";
}

/** A relation with the names it answers to. */
interface Candidate {
  readonly relation: Relation;
  readonly names: readonly string[];
  readonly hints: readonly string[];
}

/** Every relation of a table that `name` and `hint` may mean; more than one is ambiguous. */
export function findRelations(
  schema: Schema,
  table: Table,
  wanted: { name: string; hint: string | undefined },
): readonly Relation[] {
  const { name, hint } = wanted;
  const fits = (all: readonly Candidate[]): readonly Relation[] =>
    all
      .filter(({ names, hints }) => names.includes(name) && (hint === undefined || hints.includes(hint)))
      .map(({ relation }) => relation);
  const direct = [...fits(forward(table, schema)), ...fits(backward(table, schema))];
  const across = fits(through(table, schema, isKeyed));
  if (direct.length + across.length > 0) return [...direct, ...across];
  // A junction with a key of its own is one when nothing else joins the two.
  return fits(through(table, schema, () => true));
}

/** Names a table may embed, for suggestions. */
export function relationNames(schema: Schema, table: Table): readonly string[] {
  const all = [...forward(table, schema), ...backward(table, schema), ...through(table, schema, () => true)];
  return [...new Set(all.flatMap(({ names }) => names.slice(0, 1)))];
}

function forward(table: Table, schema: Schema): Candidate[] {
  return table.foreignKeys
    .filter(({ target }) => schema.table(target) !== undefined)
    .map((key) => ({
      relation: {
        cardinality: isUnique(table, key.columns) ? "one-to-one" : "many-to-one",
        constraint: key.name,
        target: key.target,
        columns: key.columns.map((column, index) => [column, key.targetColumns[index] ?? ""] as const),
        junction: undefined,
      },
      names: [key.target, key.name, ...(key.columns.length === 1 ? key.columns : [])],
      hints: [key.name, ...key.columns, ...key.targetColumns],
    }));
}

function backward(table: Table, schema: Schema): Candidate[] {
  const keys = keysTo(table, schema).filter(({ from }) => from.joinsOnly !== true);
  return keys.map(({ from, key }) => ({
    relation: {
      cardinality: isUnique(from, key.columns) ? "one-to-one" : "one-to-many",
      constraint: key.name,
      target: from.name,
      columns: key.columns.map((column, index) => [key.targetColumns[index] ?? "", column] as const),
      junction: undefined,
    },
    names: [...(key.inverse === undefined ? [] : [key.inverse]), from.name, key.name],
    hints: [key.name, ...key.columns, ...key.targetColumns],
  }));
}

interface KeyFrom {
  readonly from: Table;
  readonly key: ForeignKey;
}

function keysTo(table: Table, schema: Schema): KeyFrom[] {
  return schema.names
    .map((name) => schema.table(name))
    .filter((from) => from !== undefined)
    .flatMap((from) => from.foreignKeys.filter(({ target }) => target === table.name).map((key) => ({ from, key })));
}

function isUnique({ primaryKey, uniques }: Table, columns: readonly string[]): boolean {
  return [primaryKey, ...uniques].some(
    (unique) => unique.length > 0 && unique.every((column) => columns.includes(column)),
  );
}

/** PostgREST's rule: the columns of both foreign keys belong to the primary key of the table between. */
function isKeyed({ primaryKey }: Table, columns: readonly string[]): boolean {
  return columns.every((column) => primaryKey.includes(column));
}

function through(table: Table, schema: Schema, isJunction: typeof isKeyed): Candidate[] {
  return keysTo(table, schema).flatMap(({ from: between, key: near }) =>
    between.foreignKeys
      .filter((far) => far !== near && schema.table(far.target) !== undefined)
      .filter((far) => isJunction(between, [...near.columns, ...far.columns]))
      .map((far) => ({
        relation: {
          cardinality: "many-to-many" as const,
          constraint: `${between.name} using ${near.name} and ${far.name}`,
          target: far.target,
          columns: near.columns.map((column, index) => [near.targetColumns[index] ?? "", column] as const),
          junction: {
            table: between.name,
            columns: far.columns.map((column, index) => [column, far.targetColumns[index] ?? ""] as const),
          },
        },
        names: [far.target],
        hints: [between.name, near.name, far.name],
      })),
  );
}
