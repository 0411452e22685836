import type { Column, ForeignKey, Schema, Table } from "@backworks/core/query";
import type { Row } from "../engine.ts";

/** A database's structure: what queries are checked against, with what SQL needs beyond. Frozen. */
export interface DatabaseSchema extends Schema {
  /** Of PostgreSQL those of the search path, of MySQL those of the database. */
  table(name: string): DatabaseTable | undefined;
}

/** A table or a view. */
export interface DatabaseTable extends Table {
  readonly kind: "table" | "view";
  /** By name, in the order of the table. */
  readonly columns: ReadonlyMap<string, DatabaseColumn>;
}

/** A column. */
export interface DatabaseColumn extends Column {
  /** As the database calls its type. */
  readonly declared: string;
  /** Whether the database itself orders its texts by code unit, so that an index has that order. @defaultValue false */
  readonly byCode?: boolean;
  /** Character set of its texts, where each column has its own. */
  readonly charset?: string | undefined;
  /** How large its whole numbers may be; `undefined` of other values. */
  readonly room?: NumberRoom | undefined;
  /** Characters of its texts at most, where the database says so. */
  readonly length?: number | undefined;
  /** Whether its default is a UUID, which the database does not tell afterwards. @defaultValue false */
  readonly makesUuid?: boolean;
}

/** What whole numbers are stored in. */
export interface NumberRoom {
  readonly bits: number;
  /** Whether one of the bits is a sign. */
  readonly signed: boolean;
}

/** A row that says something of a column. */
export interface ColumnFact extends DatabaseColumn {
  readonly table: string;
  readonly kind: DatabaseTable["kind"];
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

/** What rows of an information schema say of keys; `kinds` are its words for them. */
export function toKeyFacts(rows: readonly Row[], kinds: Readonly<Record<string, KeyFact["kind"]>>): readonly KeyFact[] {
  return rows.map((row) => ({
    table: String(row["table"]),
    key: String(row["key"]),
    kind: kinds[String(row["kind"])] ?? "unique",
    column: String(row["column"]),
    otherTable: textIn(row, "other_table"),
    otherColumn: textIn(row, "other_column"),
  }));
}

/** Puts together what a database told, row by row, each in its order. */
export function assembleSchema(columns: readonly ColumnFact[], keys: readonly KeyFact[]): DatabaseSchema {
  const byTable = groupBy(columns, ({ table }) => table);
  const keysByTable = groupBy(keys, ({ table }) => table);
  const tables = new Map(
    [...byTable].map(([name, facts]) => [name, toTable(name, facts, keysByTable.get(name) ?? [])] as const),
  );
  return Object.freeze({ table: (name: string) => tables.get(name), names: [...tables.keys()] });
}

function toTable(name: string, facts: readonly ColumnFact[], keys: readonly KeyFact[]): DatabaseTable {
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
    uniques: columnsOf("unique"),
    foreignKeys: groups.flatMap(toForeignKey),
  });
}

function toForeignKey(group: readonly KeyFact[]): readonly ForeignKey[] {
  const [first] = group;
  if (first === undefined || first.kind !== "foreign") return [];
  const columns = group.map(({ column }) => column);
  const targetColumns = group.map(({ otherColumn = "" }) => otherColumn);
  return [Object.freeze({ name: first.key, columns, target: first.otherTable ?? "", targetColumns })];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** A text of a row; `undefined` for null. */
export function textIn(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
