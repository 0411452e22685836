import type { Row } from "../../engine.ts";
import type { CatalogRows } from "./assemble.ts";
import type { ForeignKey, KeyedTable } from "./links.ts";
import { readViewColumns } from "./view-columns.ts";

/** A table or a view with the numbers of its columns. */
interface Numbered {
  readonly id: string;
  readonly numbered: ReadonlyMap<number, string>;
}

/** Where a column shows: a view, or the table itself. */
interface Shown {
  readonly id: string;
  /** Names by the number in the table. */
  readonly columns: ReadonlyMap<number, string>;
}

/** Keys of every table, and of every view that shows all columns of them. */
export function showThroughViews(
  tables: readonly Numbered[],
  { keys, views }: Pick<CatalogRows, "keys" | "views">,
): ReadonlyMap<string, KeyedTable> {
  const shownBy = showsOf(tables, views);
  const keyed = new Map<string, { primaryKey: string[]; uniques: string[][]; foreignKeys: ForeignKey[] }>();
  for (const { id } of tables) keyed.set(id, { primaryKey: [], uniques: [], foreignKeys: [] });
  for (const row of keys) {
    for (const shown of shownBy.get(String(row["own"])) ?? []) {
      const columns = namesIn(shown, row["columns"]);
      const draft = keyed.get(shown.id);
      if (columns === undefined || draft === undefined) continue;
      if (row["kind"] === "p") draft.primaryKey.push(...columns);
      if (row["kind"] !== "f") draft.uniques.push(columns);
      else draft.foreignKeys.push(...foreignKeysOf(row, columns, shownBy));
    }
  }
  return keyed;
}

function foreignKeysOf(
  row: Row,
  columns: readonly string[],
  shownBy: ReadonlyMap<string, readonly Shown[]>,
): readonly ForeignKey[] {
  return (shownBy.get(String(row["other"])) ?? []).flatMap((other) => {
    const references = namesIn(other, row["others"]);
    return references === undefined ? [] : [{ name: String(row["name"]), columns, target: other.id, references }];
  });
}

/** `undefined` when one of them does not show. */
function namesIn({ columns }: Shown, numbers: unknown): string[] | undefined {
  const names = (Array.isArray(numbers) ? numbers : []).map((number) => columns.get(Number(number)));
  return names.every((name) => name !== undefined) && names.length > 0 ? names : undefined;
}

/** By table: itself, and the views that show its columns, also through others. */
function showsOf(tables: readonly Numbered[], views: readonly Row[]): ReadonlyMap<string, readonly Shown[]> {
  const numberedOf = new Map(tables.map(({ id, numbered }) => [id, numbered]));
  const sources = new Map(
    views.map((row) => [String(row["id"]), new Map(readViewColumns(String(row["action"])).map(toPair))]),
  );
  const shows = new Map<string, Shown[]>(tables.map(({ id, numbered }) => [id, [{ id, columns: numbered }]]));
  for (const view of sources.keys()) {
    const found = new Map<string, Map<number, string>>();
    for (const [position, name] of numberedOf.get(view) ?? []) {
      const origin = originOf(sources, view, position);
      if (origin === undefined) continue;
      const columns = found.get(origin.table) ?? new Map<number, string>();
      // The first of two that show the same counts.
      if (!columns.has(origin.column)) columns.set(origin.column, name);
      found.set(origin.table, columns);
    }
    for (const [table, columns] of found) shows.get(table)?.push({ id: view, columns });
  }
  return shows;
}

interface Origin {
  readonly table: string;
  readonly column: number;
}

function toPair({ position, table, column }: Origin & { readonly position: number }): [number, Origin] {
  return [position, { table, column }];
}

type Sources = ReadonlyMap<string, ReadonlyMap<number, Origin>>;

/** The table's column behind a view's, whatever number of views lies between. */
function originOf(sources: Sources, view: string, position: number): Origin | undefined {
  let origin = sources.get(view)?.get(position);
  // A view cannot be among its own sources.
  while (origin !== undefined && sources.has(origin.table)) origin = sources.get(origin.table)?.get(origin.column);
  return origin;
}
