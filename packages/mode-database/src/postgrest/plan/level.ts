import type { QuerySyntax } from "@backworks/core/query";
import { keyOf } from "../catalog/catalog.ts";
import type { Catalog, Link, Table } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";
import { findLink } from "./find-link.ts";

export type SelectItem = QuerySyntax["select"][number];
export type EmbedItem = Extract<SelectItem, { kind: "embed" }>;
export type ColumnItem = Extract<SelectItem, { kind: "column" }>;
export type Condition = QuerySyntax["filters"][number]["of"];
export type FilterCondition = Extract<Condition, { kind: "filter" }>;
export type OrderTerm = QuerySyntax["orders"][number]["of"][number];
export type Field = OrderTerm["field"];

/** Rows at most, and rows skipped. */
export interface Stretch {
  readonly limit: number | undefined;
  readonly offset: number;
}

/** One table of a query with everything that is said of it. */
export interface Level {
  readonly table: Table;
  readonly select: readonly SelectItem[];
  readonly children: readonly Child[];
  readonly conditions: readonly Condition[];
  readonly order: readonly OrderTerm[];
  readonly page: Stretch;
  /** How many levels are around it. */
  readonly depth: number;
}

/** A level that is embedded in another. */
export interface Child extends Level {
  readonly item: EmbedItem;
  /** Its alias, or the name of the relation. */
  readonly name: string;
  readonly link: Link;
}

/** Whether a word of the query means an embed: by its alias, or by what it is. */
export function isCalled({ name, item }: Child, word: string): boolean {
  return name === word || item.alias === word || item.relation === word;
}

/** Where names are looked up. */
export interface LevelScope {
  readonly catalog: Catalog;
  readonly schema: string;
  /** Schemas that may be asked for. */
  readonly schemas: readonly string[];
  /** Rows at most of each level. */
  readonly maxRows: number | undefined;
  readonly aggregates: boolean;
  /** Tables that may be seen; all when `undefined`. */
  readonly tables: ReadonlySet<string> | undefined;
}

/** The tables of a query, each with its filters, order and page. @throws Refused */
export function buildLevel(scope: LevelScope, table: Table, query: QuerySyntax): Level {
  const root = levelAt({ scope, query, path: [] }, table, query.select);
  for (const { path } of [...query.filters, ...query.orders, ...query.pages]) checkPath(root, path);
  return root;
}

interface Place {
  readonly scope: LevelScope;
  readonly query: QuerySyntax;
  /** Names on the way to the level. */
  readonly path: readonly string[];
}

function levelAt(place: Place, table: Table, asked: readonly SelectItem[]): Level {
  const { scope, query, path } = place;
  if (!scope.aggregates && asked.some((item) => item.kind === "column" && item.aggregate !== undefined))
    throw refusals.aggregates();
  const select = asked.map((item) => countOf(table, item));
  const embeds = select.filter((item) => item.kind === "embed");
  const children = embeds.map((item) => childAt(place, table, item));
  const at = <T>(all: readonly { readonly path: readonly string[]; readonly of: T }[]): readonly T[] =>
    all.filter((one) => leadsTo(path, one.path)).map(({ of }) => of);
  const { limit, offset = 0 } = Object.assign({}, ...at(query.pages)) as { limit?: number; offset?: number };
  const page = { limit: least(limit, scope.maxRows), offset };
  const [conditions, order] = [at(query.filters), at(query.orders).flat()];
  return { table, select, children, conditions, order, page, depth: path.length };
}

/** `count` is the number of rows where no column is called so, as PostgreSQL itself reads it; that costs no more than the rows. */
function countOf({ columns, computed }: Table, item: SelectItem): SelectItem {
  if (item.kind !== "column" || item.field?.column !== "count" || item.field.json.length > 0) return item;
  if (item.aggregate !== undefined || columns.has("count") || computed.has("count")) return item;
  return { ...item, field: undefined, cast: undefined, aggregate: "count", aggregateCast: item.cast };
}

function leadsTo(path: readonly string[], wanted: readonly string[]): boolean {
  return path.length === wanted.length && path.every((name, index) => name === wanted[index]);
}

export function least(...numbers: readonly (number | undefined)[]): number | undefined {
  const there = numbers.filter((number) => number !== undefined);
  return there.length === 0 ? undefined : Math.min(...there);
}

function childAt({ scope, query, path }: Place, table: Table, item: EmbedItem): Child {
  const { relation, hint, alias, select } = item;
  const link = findLink(table, { relation, hint }, scope);
  const name = alias ?? relation;
  const target = scope.catalog.tables.get(keyOf(link.schema, link.target));
  // Links lead to tables of the same catalog.
  if (target === undefined) throw new TypeError(`no table ${link.target}`);
  const said = mentions(query, [...path, name]) ? name : relation;
  const level = levelAt({ scope, query, path: [...path, said] }, target, select);
  return { ...level, item, name: said, link };
}

function mentions({ filters, orders, pages }: QuerySyntax, path: readonly string[]): boolean {
  return [...filters, ...orders, ...pages].some((one) => path.every((name, index) => one.path[index] === name));
}

function checkPath(root: Level, path: readonly string[]): void {
  let level: Level = root;
  for (const name of path) {
    const child = level.children.find((one) => one.name === name);
    if (child === undefined) throw refusals.notEmbedded(name);
    level = child;
  }
}
