import type { CheckedQuery, Condition, Output, Row, Selection } from "@backworks/core/query";
import type { Key } from "./keys.ts";
import { columnOutput, keyEquals, keyIn, keyLists, keyOf, keyOutputs, keyText } from "./keys.ts";
import { joined } from "./restrict.ts";
import type { View } from "./view.ts";

/** Columns that are read besides those of an answer have such names. */
const hidden = "\u0020bw ";

/** The name under which a column is read that is not shown. */
export function hiddenName(column: string): string {
  return hidden + column;
}

/** A row without what was read besides. */
export function shownOf(row: Row): Row {
  const names = Object.keys(row);
  // What is read besides stands at the end.
  if (!names.at(-1)?.startsWith(hidden)) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(hidden)));
}

const rest = { order: [], after: undefined, limit: undefined, offset: undefined, embeds: [], grouped: false } as const;

const always: Condition = { kind: "and", of: [] };

/** One row with every column that may be read, and others: the values are its key. */
export function wholeRow({ table, reads }: View, besides: readonly string[]): Selection {
  const shown = reads.table(table.name) ?? table;
  const outputs = [...(shown.columns?.keys() ?? [])].map((column) => columnOutput(table, column));
  return {
    table: table.name,
    outputs: [...outputs, ...hiddenOutputs(table, besides)],
    where: keyEquals(table, 0),
    ...rest,
  };
}

function hiddenOutputs(table: View["table"], columns: readonly string[]): readonly Output[] {
  return columns.map((column) => columnOutput(table, column, hiddenName(column)));
}

/** A query, for the one row of a key. */
export function ofKey({ shape, values }: CheckedQuery, { table }: View, key: Key): CheckedQuery {
  return {
    shape: { ...shape, where: joined(shape.where, [keyEquals(table, values.length)]) },
    values: [...values, ...key],
  };
}

/** Keys of the rows that a query is about, and what else must be known of them. */
export function keysOfQuery(
  { shape, values }: CheckedQuery,
  { table }: View,
  besides: readonly string[],
): CheckedQuery {
  const outputs = [...keyOutputs(table, hiddenNames(table)), ...hiddenOutputs(table, besides)];
  return { shape: { ...shape, outputs, grouped: false }, values };
}

function hiddenNames({ primaryKey }: View["table"]): readonly string[] {
  return primaryKey.map(hiddenName);
}

/** The key of a row that was read with its key besides. */
export function hiddenKey({ table }: View, row: Row): Key {
  return keyOf(hiddenNames(table), row);
}

/**
 * What a query shows of rows that were found by other means, such as those a write stored. Rows that it embeds nothing for are shown, too.
 */
export function shapeOfKeys({ shape, values }: CheckedQuery, { table }: View, keys: readonly Key[]): CheckedQuery {
  const { grouped } = shape;
  const besides = grouped ? [] : keyOutputs(table, hiddenNames(table));
  return {
    shape: {
      ...shape,
      ...rest,
      grouped,
      outputs: [...shape.outputs, ...besides],
      where: keyIn(table, values.length),
      embeds: shape.embeds.map((embed) => ({ ...embed, inner: false })),
    },
    values: [...values, ...keyLists(table, keys)],
  };
}

/** Rows in the order of their keys; others are left out. */
export function inOrder(view: View, rows: readonly Row[], keys: readonly Key[]): readonly Row[] {
  const byKey = new Map(rows.map((row) => [keyText(hiddenKey(view, row)), row]));
  return keys.flatMap((key) => {
    const row = byKey.get(keyText(key));
    return row === undefined ? [] : [shownOf(row)];
  });
}

/** A selection of some columns by key. */
export function columnsByKey({ table }: View, columns: readonly string[]): Selection {
  const outputs = columns.map((column) => columnOutput(table, column));
  return { table: table.name, outputs, where: keyEquals(table, 0), ...rest };
}

/** A selection of rows' keys by conditions. */
export function keysWhere({ table }: View, where: Condition = always): Selection {
  return { table: table.name, outputs: keyOutputs(table), where, ...rest };
}
