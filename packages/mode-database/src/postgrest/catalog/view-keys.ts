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
  /** Names by the number in the table; a view may show a column more than once. */
  readonly columns: ReadonlyMap<number, readonly string[]>;
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
      const choices = namesIn(shown, row["columns"]);
      const [first] = choices;
      const draft = keyed.get(shown.id);
      if (first === undefined || draft === undefined) continue;
      if (row["kind"] === "p") draft.primaryKey.push(...first);
      if (row["kind"] !== "f") draft.uniques.push(...choices);
      else draft.foreignKeys.push(...choices.flatMap((columns) => foreignKeysOf(row, columns, shownBy)));
    }
  }
  return keyed;
}

function foreignKeysOf(
  row: Row,
  columns: readonly string[],
  shownBy: ReadonlyMap<string, readonly Shown[]>,
): readonly ForeignKey[] {
  return (shownBy.get(String(row["other"])) ?? []).flatMap((other) =>
    namesIn(other, row["others"]).map((references) => ({
      name: String(row["name"]),
      columns,
      target: other.id,
      references,
    })),
  );
}

/** Choices of one name for each column; more are no help to anybody. */
const mostChoices = 20;

/** Names of a key's columns, in every choice that a view leaves; none when one of them does not show. */
function namesIn({ columns }: Shown, numbers: unknown): string[][] {
  let choices: string[][] = [[]];
  for (const number of Array.isArray(numbers) ? numbers : []) {
    const names = columns.get(Number(number)) ?? [];
    choices = choices.flatMap((before) => names.map((name) => [...before, name])).slice(0, mostChoices);
  }
  return choices.filter((names) => names.length > 0);
}

/** By table: itself, and the views that show its columns, also through others. */
function showsOf(tables: readonly Numbered[], views: readonly Row[]): ReadonlyMap<string, readonly Shown[]> {
  const numberedOf = new Map(tables.map(({ id, numbered }) => [id, numbered]));
  const sources = new Map(
    views.map((row) => [String(row["id"]), new Map(readViewColumns(String(row["action"])).map(toPair))]),
  );
  const shows = new Map<string, Shown[]>(
    tables.map(({ id, numbered }) => [
      id,
      [{ id, columns: new Map([...numbered].map(([number, name]) => [number, [name]])) }],
    ]),
  );
  for (const view of sources.keys()) {
    const found = new Map<string, Map<number, string[]>>();
    for (const [position, name] of numberedOf.get(view) ?? []) {
      const origin = originOf(sources, view, position);
      if (origin === undefined) continue;
      const columns = found.get(origin.table) ?? new Map<number, string[]>();
      columns.set(origin.column, [...(columns.get(origin.column) ?? []), name]);
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

/** The table's column behind a view's, whatever number of views lies between; `undefined` of a view that shows itself, which can never be read. */
function originOf(sources: Sources, view: string, position: number): Origin | undefined {
  const passed = new Set([view]);
  let origin = sources.get(view)?.get(position);
  while (origin !== undefined && sources.has(origin.table)) {
    if (passed.has(origin.table)) return undefined;
    passed.add(origin.table);
    origin = sources.get(origin.table)?.get(origin.column);
  }
  return origin;
}
