import type { JsonValue } from "../../exchange.ts";
import type { Relation } from "../relations.ts";
import type { Row } from "../tree.ts";
import { readerOf, textOf } from "./field.ts";

/** Rows of several tables. */
export interface RowSource {
  /** In a stable order. */
  rows(table: string): Iterable<Row>;
  /** The rows whose column equals a value, where an index knows them; others may be among them. `undefined`: nobody knows. */
  find?(table: string, column: string, value: JsonValue): readonly Row[] | undefined;
}

/** What finds the related rows of a row among `candidates`, in their order; the index is made when first needed. */
export function relate(
  relation: Relation,
  source: RowSource,
  candidates: () => readonly Row[],
): (row: Row) => readonly Row[] {
  const own = keyReader(relation.columns.map(([column]) => column));
  const find = relation.junction === undefined ? direct(relation, candidates) : across(relation, source, candidates);
  return (row) => {
    const key = own(row);
    return key === undefined ? none : find(key);
  };
}

const none: readonly Row[] = [];

function direct(relation: Relation, candidates: () => readonly Row[]): (key: string) => readonly Row[] {
  const read = keyReader(relation.columns.map(([, column]) => column));
  const index = once(() => groupBy(candidates(), read));
  return (key) => index().get(key) ?? none;
}

function across(
  relation: Relation,
  source: RowSource,
  candidates: () => readonly Row[],
): (key: string) => readonly Row[] {
  const { junction, columns } = relation;
  if (junction === undefined) throw new TypeError(`${relation.constraint} has no junction`);
  const near = keyReader(columns.map(([, column]) => column));
  const far = keyReader(junction.columns.map(([column]) => column));
  const target = keyReader(junction.columns.map(([, column]) => column));
  const between = once(() => groupBy(source.rows(junction.table), near));
  const index = once(() => groupBy(candidates(), target));
  const rank = once(() => new Map(candidates().map((row, place) => [row, place])));
  return (key) => {
    const found = (between().get(key) ?? none).flatMap((row) => index().get(far(row) ?? "") ?? none);
    return found.sort((left, right) => (rank().get(left) ?? 0) - (rank().get(right) ?? 0));
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function groupBy(rows: Iterable<Row>, keyOf: (row: Row) => string | undefined): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** The key as a text, so that the number 7 leads to the text "7"; `undefined` when a part of it is nothing. */
function keyReader(columns: readonly string[]): (row: Row) => string | undefined {
  const readers = columns.map((column) => readerOf({ column, json: [] }));
  const [only] = readers;
  if (readers.length === 1 && only !== undefined) {
    return (row) => {
      const value = only(row);
      return value === null ? undefined : textOf(value);
    };
  }
  return (row) => {
    const values = readers.map((read) => read(row));
    return values.includes(null) ? undefined : JSON.stringify(values.map(textOf));
  };
}
