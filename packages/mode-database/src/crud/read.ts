import type { MaybePromise, ResponseInit } from "@backworks/core";
import {
  answerItem,
  answerList,
  checkQuery,
  createRepresentation,
  parsePreferences,
  parseQuery,
  parseRangeHeader,
  textOf,
} from "@backworks/core/query";
import type { Row, Tagged } from "@backworks/core/query";
import type { Runner } from "../query/plan.ts";
import { refuse } from "./access.ts";
import type { Call } from "./call.ts";
import { keyOfPath, notFound } from "./call.ts";
import type { Key } from "./keys.ts";
import { questionOf, readQuestion } from "./question.ts";
import { restrict } from "./restrict.ts";
import type { RowReader } from "./row-reader.ts";
import { hiddenName, ofKey, shownOf, wholeRow } from "./selections.ts";
import type { View } from "./view.ts";
import { whenThere } from "./when-there.ts";

/** Refuses whoever may read nothing. @throws BW_ACCESS_IDENTITY, BW_ACCESS_DENIED */
export function checkReading({ view, exchange, collection }: Call): void {
  if (view.read === undefined) throw refuse(exchange, { collection: collection.name, action: "read" });
}

/** GET of a collection: the rows of a page. */
export function list(call: Call): MaybePromise<ResponseInit> {
  checkReading(call);
  const { collection, exchange } = call;
  const { headers } = exchange.request;
  const preferences = parsePreferences(headers["prefer"]);
  const range = parseRangeHeader(headers);
  const { page, ask } = range === undefined ? questionOf(call) : readQuestion(call, range);
  // Whoever asks for a range learns how many there are.
  const count = preferences.count ?? (range === undefined ? collection.page.count : "exact");
  return whenThere(ask(call, count), (found) =>
    answerList(exchange.request, {
      ...found,
      page,
      preferences,
      ranged: range !== undefined,
      kept: false,
      wrap: collection.options.transform,
    }),
  );
}

/** GET of an item: the row, or 304 when the client has it. */
export function read(call: Call, segment: string): MaybePromise<ResponseInit> {
  checkReading(call);
  const key = keyOfPath(call, segment);
  if (key === undefined) throw notFound(call, segment);
  const { exchange, view, reader, collection } = call;
  const { request } = exchange;
  const isPlain = isEmpty(request.query);
  const syntax = isPlain ? undefined : parseQuery(request.query);
  const checked = syntax && checkQuery(syntax, { schema: view.reads, table: view.table.name });
  const needsWhole = checked === undefined || checked.shape.embeds.length === 0;
  const whole = needsWhole ? readWhole(call, key) : undefined;
  const query = checked && ofKey(restrict(checked, call), view, key);
  return whenThere(whole, (row) => {
    if (needsWhole && row === undefined) throw notFound(call, segment);
    const wrap = collection.options.transform;
    if (query === undefined && row) {
      const object = shownOf(row);
      const sent = createRepresentation(object);
      return answerItem(request, { object, sent, tagged: versionOf(call, row) ?? sent, wrap });
    }
    return whenThere(query === undefined ? { rows: [] } : reader.read(query, collection.database), ({ rows }) => {
      const [object] = rows;
      if (object === undefined) throw notFound(call, segment);
      const sent = createRepresentation(object);
      // The validator of the row is what the next write is asked for; what is embedded changes without the row.
      return answerItem(request, { object, sent, tagged: row === undefined ? sent : tagOf(call, row), wrap });
    });
  });
}

/** Whether a request has no parameters. */
export function isEmpty(fields: object): boolean {
  for (const _name in fields) return false;
  return true;
}

const prepared = new WeakMap<View, ReturnType<RowReader["prepare"]>>();

/** The row of a key with all that may be read of it, and its version. */
export function readWhole(
  call: Call,
  key: Key,
  runner: Runner = call.collection.database,
): MaybePromise<Row | undefined> {
  const { view, reader, collection, needs } = call;
  const { version_column: version } = collection.options;
  const besides = version === undefined ? [] : [version];
  if (needs.length > 0 || view.rules.has(view.table.name)) {
    const query = restrict({ shape: wholeRow(view, besides), values: key }, call);
    return whenThere(reader.read(query, runner), ({ rows }) => rows[0]);
  }
  const ask = prepared.get(view) ?? reader.prepare(wholeRow(view, besides));
  prepared.set(view, ask);
  return whenThere(ask(key, runner), ({ rows }) => rows[0]);
}

/** The validator of a row: its version, where it has one. */
export function tagOf(call: Pick<Call, "collection">, row: Row): Tagged {
  return versionOf(call, row) ?? createRepresentation(row);
}

/** The same, of a collection that has one. */
export function versionOf({ collection }: Pick<Call, "collection">, row: Row): Tagged | undefined {
  const version = collection.options.version_column;
  return version === undefined ? undefined : { etag: `"${textOf(row[hiddenName(version)] ?? 0)}"` };
}
