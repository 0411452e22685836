import type { CollectionColumn, CollectionFacts } from "@backworks/core";
import { printParameter } from "@backworks/core/query";
import type { Part } from "./document.ts";

const query = (name: string, description: string, schema: Part = { type: "string" }): Part => ({
  name,
  in: "query",
  description,
  schema,
});

const header = (name: string, description: string): Part => ({
  name,
  in: "header",
  description,
  schema: { type: "string" },
});

const count = { type: "integer", minimum: 0 };

/** The words of the query grammar that every collection has. */
export const parameterComponents: Part = {
  select: query(
    "select",
    "Columns of the answer, with renames, casts, JSON paths, aggregates and related rows: `id,title:name,orders(id)`.",
  ),
  order: query("order", "Columns to sort by: `price.desc.nullslast,name`."),
  offset: query("offset", "Rows to skip.", count),
  after: query("after", "Cursor of the next page; empty for the first."),
  or: query("or", "Conditions of which one must hold: `(price.lt.5,name.like.P*)`."),
  and: query("and", "Conditions that must all hold."),
  columns: query("columns", "Columns that are taken from the body."),
  onConflict: query("on_conflict", "Columns whose values tell that a row is there already."),
  prefer: header(
    "Prefer",
    "`count=exact`, `return=minimal|headers-only|representation`, `resolution=merge-duplicates|ignore-duplicates`, `missing=default`, `max-affected=n`, `tx=rollback`.",
  ),
  range: header("Range", "Rows of the list: `0-9`."),
  ifMatch: header("If-Match", "The ETag that the row must have."),
  ifNoneMatch: header("If-None-Match", "The ETag that the client has."),
};

/** Refers to one of the words above. */
export function shared(...names: readonly string[]): readonly Part[] {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

const operators = "eq neq gt gte lt lte like ilike match imatch in is isdistinct cs cd ov";

/** A filter for each column. */
export function filtersOf({ columns }: CollectionFacts): readonly Part[] {
  return columns.map(filterOf);
}

function filterOf({ name }: CollectionColumn): Part {
  return query(
    printParameter({ column: name, json: [] }),
    `Rows with this value, or \`operator.value\` with ${operators}, each also with \`not.\` before it.`,
  );
}

/** How many rows a list has. */
export function limitOf({ page }: CollectionFacts): Part {
  return query("limit", "Rows at most.", { ...count, maximum: page.max, default: page.default });
}
