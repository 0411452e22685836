import type { DescribedParameter, DescribedTable } from "./described.ts";
import { swaggerType } from "./types.ts";

/** Part of a document. What is `undefined` is left out. */
export type Part = Readonly<Record<string, unknown>>;

export function reference(kind: "parameters" | "definitions", name: string): Part {
  return { $ref: `#/${kind}/${name}` };
}

function texts(name: string, place: "query" | "header", more: Part): Part {
  return { name, required: false, in: place, type: "string", ...more };
}

function prefer(...words: readonly string[]): Part {
  return texts("Prefer", "header", { description: "Preference", enum: words.length === 0 ? undefined : words });
}

const returning = ["return=representation", "return=minimal", "return=none"] as const;
const paging = { description: "Limiting and Pagination" } as const;

const common: Part = {
  preferParams: prefer(),
  preferReturn: prefer(...returning),
  preferCount: prefer("count=none"),
  preferPost: prefer(...returning, "resolution=ignore-duplicates", "resolution=merge-duplicates"),
  select: texts("select", "query", { description: "Filtering Columns" }),
  on_conflict: texts("on_conflict", "query", { description: "On Conflict" }),
  order: texts("order", "query", { description: "Ordering" }),
  range: texts("Range", "header", paging),
  rangeUnit: texts("Range-Unit", "header", { ...paging, default: "items" }),
  offset: texts("offset", "query", paging),
  limit: texts("limit", "query", paging),
};

/** What operations refer to. */
export function parametersOf(tables: readonly DescribedTable[]): Part {
  const own = tables.flatMap(({ name, columns }) => [
    [bodyName(name), bodyOf(name)] as const,
    ...columns.map(
      (column) =>
        [
          filterName(name, column.name),
          texts(column.name, "query", { description: column.comment ?? undefined }),
        ] as const,
    ),
  ]);
  return { ...common, ...Object.fromEntries(own) };
}

export function bodyName(table: string): string {
  return `body.${table}`;
}

export function filterName(table: string, column: string): string {
  return `rowFilter.${table}.${column}`;
}

function bodyOf(table: string): Part {
  return { name: table, description: table, required: false, in: "body", schema: reference("definitions", table) };
}

/** An argument in the query; a variadic one may be there again and again. */
export function argumentOf({ name, type, required, variadic }: DescribedParameter): Part {
  const place = { name, required, in: "query" };
  const { type: known, items } = swaggerType(type);
  if (variadic)
    return { ...place, type: known, collectionFormat: "multi", items: { ...items, format: type.replace(/\[\]$/, "") } };
  return { ...place, type: known === undefined || known === "array" ? "string" : known, format: type };
}
