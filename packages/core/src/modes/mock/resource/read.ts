import type { MaybePromise, ResponseInit } from "../../../exchange.ts";
import { checkQuery } from "../../../query/check/check.ts";
import { pageOf } from "../../../query/check/page.ts";
import { answerItem, answerList } from "../../../query/http/answer-read.ts";
import { representationOf } from "../../../query/http/representation.ts";
import type { Row } from "../../../query/tree.ts";
import { parsePreferences } from "../../../query/prefer.ts";
import { parseRangeHeader } from "../../../query/range-header.ts";
import { parseQuery } from "../../../query/syntax/parse.ts";
import { withPatterns } from "./ask.ts";
import type { Call } from "./call.ts";
import { contextOf, findItem, notFound } from "./call.ts";

/** GET of a collection: the rows of a page. */
export function list(call: Call): MaybePromise<ResponseInit> {
  const { collection, exchange, ignored, plans } = call;
  const { headers, query: fields } = exchange.request;
  const preferences = parsePreferences(headers["prefer"]);
  const range = parseRangeHeader(headers);
  const syntax = parseQuery(fields, { ignored });
  const page = pageOf(syntax, { ...collection.page, range });
  const { schema } = contextOf(call).source;
  const query = checkQuery(syntax, { schema, table: collection.name, page });
  const plan = plans.of(query);
  return withPatterns(query, (compilePattern) => {
    const result = plan.run(query.values, { ...contextOf(call), compilePattern });
    return answerList(exchange.request, { ...result, page, preferences, ranged: range !== undefined });
  });
}

/** GET of an item: the row, or 304 when the client has it. */
export function read(call: Call, id: string): MaybePromise<ResponseInit> {
  const row = findItem(call, id)?.row;
  if (row === undefined) throw notFound(call, id);
  const { collection, exchange, ignored, plans } = call;
  const { request } = exchange;
  const whole = representationOf(row);
  // Most ask for the whole row: there is nothing to look up then.
  if (Object.keys(request.query).every((name) => ignored.includes(name)))
    return answerItem(request, { object: row, sent: whole, tagged: whole });
  const { source } = contextOf(call);
  const query = checkQuery(parseQuery(request.query, { ignored }), { schema: source.schema, table: collection.name });
  return withPatterns(query, (compilePattern) => {
    const visible = (one: Row): boolean => one === row;
    const [object] = plans.of(query).run(query.values, { source, compilePattern, visible }).rows;
    if (object === undefined) throw notFound(call, id);
    // The validator of the row is what the next write is asked for; what is embedded changes without the row.
    const sent = representationOf(object);
    return answerItem(request, { object, sent, tagged: query.shape.embeds.length === 0 ? whole : sent });
  });
}
