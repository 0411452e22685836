import type { Row } from "../engine.ts";
import type { ColumnType } from "../values/column-type.ts";

/** Everything that is known of a database's structure. Frozen. */
export interface Schema {
  /** By name; of PostgreSQL those of the search path, of MySQL those of the database. */
  readonly tables: ReadonlyMap<string, Table>;
}

/** A table or a view. */
export interface Table {
  readonly name: string;
  readonly kind: "table" | "view";
  /** By name, in the order of the table. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Columns of the primary key, in its order; empty when there is none. */
  readonly primaryKey: readonly string[];
  /** Columns of each unique key, the primary key not among them. */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
}

/** A column. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** As the database calls its type. */
  readonly declared: string;
  readonly nullable: boolean;
  /** Whether a row may leave it out although it is not nullable. */
  readonly hasDefault: boolean;
  /** Whether the database alone computes it, so that nobody may write it. */
  readonly generated: boolean;
}

/** Columns whose values are those of another table's columns. */
export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  /** In the order of `columns`. */
  readonly references: readonly string[];
}

/** A row that says something of a column. */
export interface ColumnFact extends Column {
  readonly table: string;
  readonly kind: Table["kind"];
}

/** A row that says which column stands where in a key. */
export interface KeyFact {
  readonly table: string;
  readonly key: string;
  readonly kind: "primary" | "unique" | "foreign";
  readonly column: string;
  /** Of a foreign key. */
  readonly otherTable?: string | undefined;
  readonly otherColumn?: string | undefined;
}

/** Puts together what a database told, row by row, each in its order. */
export function assembleSchema(columns: readonly ColumnFact[], keys: readonly KeyFact[]): Schema {
  const byTable = groupBy(columns, ({ table }) => table);
  const keysByTable = groupBy(keys, ({ table }) => table);
  const tables = [...byTable].map(
    ([name, facts]) => [name, toTable(name, facts, keysByTable.get(name) ?? [])] as const,
  );
  return Object.freeze({ tables: new Map(tables) });
}

function toTable(name: string, facts: readonly ColumnFact[], keys: readonly KeyFact[]): Table {
  const columns = facts.map(
    ({ table: _table, kind: _kind, ...column }) => [column.name, Object.freeze(column)] as const,
  );
  const groups = [...groupBy(keys, ({ key, kind }) => `${kind} ${key}`).values()];
  const columnsOf = (kind: KeyFact["kind"]): readonly (readonly string[])[] =>
    groups.filter(([first]) => first?.kind === kind).map((group) => group.map(({ column }) => column));
  const [primaryKey = []] = columnsOf("primary");
  return Object.freeze({
    name,
    kind: facts[0]?.kind ?? "table",
    columns: new Map(columns),
    primaryKey,
    uniqueKeys: columnsOf("unique"),
    foreignKeys: groups.flatMap(toForeignKey),
  });
}

function toForeignKey(group: readonly KeyFact[]): readonly ForeignKey[] {
  const [first] = group;
  if (first === undefined || first.kind !== "foreign") return [];
  const columns = group.map(({ column }) => column);
  const references = group.map(({ otherColumn = "" }) => otherColumn);
  return [Object.freeze({ name: first.key, columns, table: first.otherTable ?? "", references })];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** A text of a row; `undefined` for null. */
export function textIn(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
