import { suggest } from "@backworks/core";
import { parseQuery } from "@backworks/core/query";
import type { QuerySyntax } from "@backworks/core/query";
import type { FieldMap } from "@backworks/core";
import { keyOf } from "../catalog/catalog.ts";
import type { Table } from "../catalog/catalog.ts";
import { buildLevel } from "../plan/level.ts";
import type { Level, Stretch } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import { parseRefusal } from "./parse-refusal.ts";
import { checkLimit } from "./range.ts";
import type { Rest, RestRequest } from "./rest.ts";

/** The table or view of a name. @throws Refused with PGRST205 */
export function findTable({ settings }: Rest, { catalog, schema }: RestRequest, name: string): Table {
  const isSeen = (one: string): boolean => settings.tables?.has(one) ?? true;
  const table = catalog.tables.get(keyOf(schema, name));
  if (table !== undefined && isSeen(name)) return table;
  const names = [...catalog.tables.values()].filter((one) => one.schema === schema && isSeen(one.name));
  throw refusals.table(
    schema,
    name,
    suggest(
      name,
      names.map((one) => one.name),
    ),
  );
}

/** A query as PostgREST reads it. @throws Refused with PGRST100, PGRST103 */
export function readQuery(fields: FieldMap): QuerySyntax {
  checkLimit(fields);
  try {
    return parseQuery(fields, { dialect: "postgrest" });
  } catch (error) {
    throw parseRefusal(error, fields) ?? error;
  }
}

/** The page that a query itself says. */
export function pageIn({ pages }: Pick<QuerySyntax, "pages">): Stretch {
  const said = pages.filter(({ path }) => path.length === 0).map(({ of }) => of);
  const { limit, offset = 0 } = Object.assign({}, ...said) as Partial<Stretch>;
  return { limit, offset };
}

/** What a request asks of a table. */
interface Asked {
  readonly table: Table;
  readonly query: QuerySyntax;
}

/** The tables of a query. @throws Refused */
export function levelOf({ settings }: Rest, { catalog, schema }: RestRequest, { table, query }: Asked): Level {
  const { schemas, maxRows, aggregates, tables } = settings;
  return buildLevel({ catalog, schema, schemas, maxRows, aggregates, tables }, table, query);
}

/** The request's own address with its parameters in the order of their names. */
export function contentLocation({ exchange }: RestRequest): string {
  const { path, query } = exchange.request;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    for (const text of typeof value === "string" ? [value] : (value ?? [])) search.append(name, text);
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
