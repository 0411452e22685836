import type { MaybePromise, ResponseInit } from "../../../exchange.ts";
import { checkQuery } from "../../../query/check/check.ts";
import type { RequestPage } from "../../../query/check/page.ts";
import { pageOf } from "../../../query/check/page.ts";
import type { QueryResult } from "../../../query/memory/run.ts";
import type { Row } from "../../../query/tree.ts";
import { pageHeaders } from "../../../query/page-headers.ts";
import type { Preferences } from "../../../query/prefer.ts";
import { appliedPreferences, parsePreferences } from "../../../query/prefer.ts";
import { outOfRange, parseRangeHeader } from "../../../query/range-header.ts";
import { parseQuery } from "../../../query/syntax/parse.ts";
import { withPatterns } from "./ask.ts";
import type { Call } from "./call.ts";
import { contextOf, findItem, notFound } from "./call.ts";
import { isNotModified } from "./preconditions.ts";
import { representationOf } from "./representation.ts";
import { formRows } from "./form.ts";

/** GET of a collection: the rows of a page. */
export function list(call: Call): MaybePromise<ResponseInit> {
  const { collection, exchange, ignored, plans } = call;
  const { headers, path, query: fields } = exchange.request;
  const preferences = parsePreferences(headers["prefer"]);
  const range = parseRangeHeader(headers);
  const syntax = parseQuery(fields, { ignored });
  const page = pageOf(syntax, { ...collection.page, range });
  const { schema } = contextOf(call).source;
  const query = checkQuery(syntax, { schema, table: collection.name, page });
  const plan = plans.of(query);
  return withPatterns(query, (compilePattern) => {
    const result = plan.run(query.values, { ...contextOf(call), compilePattern });
    const status = statusOf(page, result, range !== undefined || preferences.count !== undefined);
    const where = pageHeaders(
      { page, count: result.rows.length, total: result.total, next: result.next },
      { path, fields },
    );
    return formRows(result.rows, {
      accept: headers["accept"],
      status,
      headers: { ...where, ...appliedHeader(preferences) },
    });
  });
}

function appliedHeader(preferences: Preferences): Record<string, string> {
  const applied = appliedPreferences(preferences, ["handling", "count"]);
  return applied === undefined ? {} : { "preference-applied": applied };
}

/** A client that counts rows is told when they are not all of them (RFC 9110, 15.3.7 and 15.5.17). @throws BW_QUERY_RANGE */
function statusOf({ offset }: RequestPage, { rows, total }: QueryResult, counts: boolean): number {
  if (!counts) return 200;
  if (offset > 0 && offset > total) throw outOfRange(`${offset}-`, total);
  return rows.length < total ? 206 : 200;
}

/** GET of an item: the row, or 304 when the client has it. */
export function read(call: Call, id: string): MaybePromise<ResponseInit> {
  const row = findItem(call, id)?.row;
  if (row === undefined) throw notFound(call, id);
  const { collection, exchange, ignored, plans } = call;
  const fields = exchange.request.query;
  // Most ask for the whole row: there is nothing to look up then.
  if (Object.keys(fields).every((name) => ignored.includes(name)))
    return answerItem(call, { object: row, tagged: row });
  const { source } = contextOf(call);
  const query = checkQuery(parseQuery(fields, { ignored }), { schema: source.schema, table: collection.name });
  return withPatterns(query, (compilePattern) => {
    const visible = (one: Row): boolean => one === row;
    const [object] = plans.of(query).run(query.values, { source, compilePattern, visible }).rows;
    if (object === undefined) throw notFound(call, id);
    // The validator of the row is what the next write is asked for; what is embedded changes without the row.
    return answerItem(call, { object, tagged: query.shape.embeds.length === 0 ? row : object });
  });
}

interface Shown {
  readonly object: Row;
  /** What the validator is of. */
  readonly tagged: Row;
}

function answerItem({ exchange: { request } }: Call, { object, tagged }: Shown): ResponseInit {
  const { etag } = representationOf(tagged);
  if (isNotModified(request, tagged)) return { status: 304, headers: { etag }, body: null };
  return formRows([object], { accept: request.headers["accept"], status: 200, headers: { etag }, single: true });
}
