import type { JsonValue } from "../../exchange.ts";
import type { CheckedInsert, Conflict, NestedRows, NewRow } from "../check/write.ts";
import type { Relation } from "../relations.ts";
import type { Row } from "../tree.ts";
import { readerOf, textOf } from "./field.ts";
import type { RowSource } from "./related.ts";

/** Rows that can be written. What it did stays its own until somebody keeps it. */
export interface RowStore extends RowSource {
  /**
   * Stores a row, with a key and what else its table gives it. `undefined` when it does not fit: then the whole insert fails.
   *
   * @param pointer - JSON pointer to the row in the body
   */
  insert(table: string, row: Row, pointer: string): Row | undefined;
  /** Puts a row in the place of one that is there. */
  update(table: string, before: Row, after: { readonly row: Row; readonly pointer: string }): Row | undefined;
}

/** What an insert did. */
export interface Inserted {
  /** Rows of the request's table as they are stored, in the order of the body; those that were left alone are not among them. */
  readonly rows: readonly Row[];
  /** Rows that were not there before. */
  readonly created: number;
}

/** Stores rows and those that belong to them; what does not fit the store remembers. */
export function runInsert({ table, rows, conflict }: CheckedInsert, store: RowStore, isList: boolean): Inserted {
  const stored: Row[] = [];
  let created = 0;
  for (const [index, row] of rows.entries()) {
    const result = insertRow(store, { table, row, conflict, pointer: isList ? `/${index}` : "" });
    if (result === undefined) continue;
    stored.push(result.row);
    if (result.isNew) created += 1;
  }
  return { rows: stored, created };
}

interface RowInsert {
  readonly table: string;
  readonly row: NewRow;
  readonly conflict: Conflict | undefined;
  readonly pointer: string;
}

function insertRow(store: RowStore, given: RowInsert): { readonly row: Row; readonly isNew: boolean } | undefined {
  const { table, row, conflict, pointer } = given;
  const [before, after] = [row.nested.filter(isBefore), row.nested.filter((nested) => !isBefore(nested))];
  const values = { ...row.values };
  for (const nested of before) Object.assign(values, insertTarget(store, nested, pointer));
  const present = conflict && findTwin(store, { table, columns: conflict.columns, values });
  if (present && conflict.resolution === "ignore-duplicates") return undefined;
  const stored = present
    ? store.update(table, present, { row: { ...present, ...values }, pointer })
    : store.insert(table, values, pointer);
  if (stored === undefined) return undefined;
  for (const nested of after) insertBelow(store, { nested, parent: stored, pointer });
  return { row: stored, isNew: present === undefined };
}

/** Whether a row needs the key of the nested one, and so comes after it. */
function isBefore({ relation: { cardinality, columns }, rows }: NestedRows): boolean {
  if (cardinality === "many-to-one") return true;
  // Of two that belong to each other the one that holds the key of the other comes second.
  return cardinality === "one-to-one" && columns.some(([, other]) => rows[0]?.values[other] !== undefined);
}

/** Stores the row that another leads to; returns the columns that lead there. */
function insertTarget(store: RowStore, { name, relation, rows }: NestedRows, pointer: string): Row {
  const [row] = rows;
  if (row === undefined) return {};
  const stored = insertRow(store, { table: relation.target, row, conflict: undefined, pointer: `${pointer}/${name}` });
  return stored === undefined ? {} : keys(relation.columns, stored.row);
}

/** The columns of one side with the values of the other. */
function keys(columns: Relation["columns"], other: Row): Row {
  return Object.fromEntries(columns.map(([own, theirs]) => [own, readerOf({ column: theirs, json: [] })(other)]));
}

interface Below {
  readonly nested: NestedRows;
  readonly parent: Row;
  readonly pointer: string;
}

function insertBelow(store: RowStore, { nested, parent, pointer }: Below): void {
  const { name, relation, rows, isList } = nested;
  const lead = keys(flip(relation.columns), parent);
  for (const [index, row] of rows.entries()) {
    const place = `${pointer}/${name}${isList ? `/${index}` : ""}`;
    const given = relation.junction === undefined ? { ...row, values: { ...row.values, ...lead } } : row;
    const stored = insertRow(store, { table: relation.target, row: given, conflict: undefined, pointer: place });
    if (stored === undefined || relation.junction === undefined) continue;
    store.insert(relation.junction.table, { ...lead, ...keys(relation.junction.columns, stored.row) }, place);
  }
}

function flip(columns: Relation["columns"]): Relation["columns"] {
  return columns.map(([own, other]) => [other, own]);
}

interface TwinSearch {
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: Row;
}

/** The row that is the same in some columns; nothing equals nothing. */
function findTwin(store: RowStore, { table, columns, values }: TwinSearch): Row | undefined {
  const wanted = columns.map((column) => values[column] ?? null);
  if (wanted.includes(null)) return undefined;
  const [column = ""] = columns;
  const candidates = store.find?.(table, column, wanted[0] ?? null) ?? store.rows(table);
  const readers = columns.map((name) => readerOf({ column: name, json: [] }));
  for (const row of candidates) if (readers.every((read, index) => same(read(row), wanted[index] ?? null))) return row;
  return undefined;
}

function same(left: JsonValue, right: JsonValue): boolean {
  return left !== null && right !== null && textOf(left) === textOf(right);
}
