import type { MaybePromise } from "@backworks/core";
import { checkQuery, pageOf, parseQuery } from "@backworks/core/query";
import type { RequestPage, Stretch } from "@backworks/core/query";
import type { Counting, SqlResult } from "../query/plan.ts";
import type { Call } from "./call.ts";
import { restrict } from "./restrict.ts";
import type { View } from "./view.ts";

/** A list that is asked for, looked up and checked. */
export interface Question {
  readonly page: RequestPage;
  /** Asks for one request. */
  ask(call: Call, count: Counting | undefined): MaybePromise<SqlResult>;
}

/** Questions that are kept for one view, and how long their texts are at most. */
const mostKept = 200;
const longestKept = 500;

const kept = new WeakMap<View, Map<string, Question>>();

/** The question of a request: many ask the same, with the same words. */
export function questionOf(call: Call): Question {
  const { search } = call.exchange.request;
  const known = kept.get(call.view)?.get(search);
  if (known !== undefined) return known;
  const question = readQuestion(call, undefined);
  if (search.length <= longestKept) keep(call.view, search, question);
  return question;
}

function keep(view: View, search: string, question: Question): void {
  const own = kept.get(view) ?? new Map<string, Question>();
  if (own.size >= mostKept) own.clear();
  own.set(search, question);
  kept.set(view, own);
}

/** @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN, … */
export function readQuestion({ view, exchange, collection, reader }: Call, range: Stretch | undefined): Question {
  const syntax = parseQuery(exchange.request.query);
  const page = pageOf(syntax, { ...collection.page, range });
  const query = checkQuery(syntax, { schema: view.reads, table: view.table.name, page });
  const ask = reader.prepare(query.shape);
  // Rules are about who asks, and the path about what is asked.
  const isFree = view.rules.size === 0 && view.narrowed.size === 0;
  return {
    page,
    ask: (call, count) =>
      isFree && call.needs.length === 0
        ? ask(query.values, collection.database, { count })
        : call.reader.read(restrict(query, call), collection.database, { count }),
  };
}
