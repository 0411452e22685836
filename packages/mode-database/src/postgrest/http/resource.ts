import { parseQuery } from "@backworks/core/query";
import type { QuerySyntax } from "@backworks/core/query";
import type { FieldMap } from "@backworks/core";
import { keyOf } from "../catalog/catalog.ts";
import type { Catalog, Table } from "../catalog/catalog.ts";
import { buildLevel } from "../plan/level.ts";
import type { Level, Stretch } from "../plan/level.ts";
import { nearest } from "../plan/nearest.ts";
import { refusals } from "../refusal.ts";
import { parseRefusal } from "./parse-refusal.ts";
import { checkLimit } from "./range.ts";
import { chooseMedia } from "./media.ts";
import type { Made } from "./media.ts";
import type { OpenRequest, Rest, RestRequest } from "./rest.ts";

/** The table or view of a name. @throws Refused with PGRST205 */
export function findTable({ settings }: Rest, { catalog, schema }: OpenRequest, name: string): Table {
  const isSeen = (one: string): boolean => settings.tables?.has(one) ?? true;
  const table = catalog.tables.get(keyOf(schema, name));
  if (table !== undefined && isSeen(name)) return table;
  const names = [...catalog.tables.values()].filter((one) => one.schema === schema && isSeen(one.name));
  const near = nearest(
    name,
    names.map((one) => one.name),
    leastAlike,
  );
  throw refusals.table(schema, name, near?.name);
}

/** Names that are less like than this are no help. */
const leastAlike = 0.75;

/** A query as PostgREST reads it. @throws Refused with PGRST100, PGRST103 */
export function readQuery(given: FieldMap): QuerySyntax {
  checkLimit(given);
  const fields = Object.fromEntries(Object.entries(given).filter(([name, value]) => !isNoPage(name, value)));
  if (fields["columns"] === "") throw refusals.blankColumns();
  try {
    return parseQuery(fields, { dialect: "postgrest" });
  } catch (error) {
    throw parseRefusal(error, fields) ?? error;
  }
}

/** A limit or an offset that is no number is none. */
function isNoPage(name: string, value: FieldMap[string]): boolean {
  return /(?:^|\.)(?:limit|offset)$/.test(name) && !/^\d+$/.test(String(value));
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
  /** Rows at most of each level. */
  readonly maxRows: number | undefined;
}

/** The tables of a query. @throws Refused */
export function levelOf({ settings }: Rest, { catalog, schema }: OpenRequest, { table, query, maxRows }: Asked): Level {
  const { schemas, aggregates, tables } = settings;
  return buildLevel({ catalog, schema, schemas, maxRows, aggregates, tables }, table, query);
}

/** Chooses the type of the answer, among those that everything has and those that the database makes. @throws Refused with PGRST107 */
export function withMedia({ settings }: Rest, request: OpenRequest, made: readonly Made[]): RestRequest {
  return { ...request, media: chooseMedia(request.accept, { plans: settings.plans, made }) };
}

/** What the database makes of rows: of those of their table as they are, and of any. */
export function madeOfRows({ anyRows }: Catalog, { table, query }: Omit<Asked, "maxRows">): readonly Made[] {
  const whole = query.select.length === 1 && query.select[0]?.kind === "star";
  const { schema, name } = table;
  const own = whole
    ? table.handlers.map(({ makes, ...aggregate }) => ({ makes, aggregate: { ...aggregate, table: { schema, name } } }))
    : [];
  const ofAny = anyRows.map(({ makes, ...aggregate }) => ({ makes, aggregate: { ...aggregate, table: undefined } }));
  // What makes anything comes after what makes a certain type.
  return [...own.toSorted((one, other) => Number(isAny(one)) - Number(isAny(other))), ...ofAny];
}

function isAny({ makes }: Made): boolean {
  return makes.type === "*/*";
}

/** The request's own address with its parameters in the order of their names. */
export function contentLocation({ exchange }: RestRequest): string {
  const { path, query } = exchange.request;
  const fields = Object.entries(query).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const pairs = fields.flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : (value ?? [])).map((text) => `${encode(name)}=${encode(text)}`),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

/** Every sign but those that are reserved for nothing (RFC 3986, 2.3) is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
