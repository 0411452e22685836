import type { ResponseInit } from "../../../exchange.ts";
import { pageHeaders } from "../../../query/page-headers.ts";
import { parseQuery } from "../../../query/parse.ts";
import type { Row } from "../../../query/query.ts";
import { runQuery } from "../../../query/run.ts";
import type { Call } from "./call.ts";
import { findItem, fits, notFound } from "./call.ts";
import { isNotModified } from "./preconditions.ts";
import { representationOf } from "./representation.ts";

/** GET of a collection: the rows of a page. */
export function list(call: Call): ResponseInit {
  const { collection, exchange, ignored, table } = call;
  const { path, query: fields } = exchange.request;
  const columns = collection.columns(table);
  const query = parseQuery(fields, { collection: collection.name, columns, ignored, page: collection.page });
  const result = runQuery(visible(call), query);
  const headers = { "content-type": "application/json", ...pageHeaders(query, result, { path, fields }) };
  return { status: 200, headers, body: `[${result.rows.map((row) => representationOf(row).text).join(",")}]` };
}

function* visible({ table, fixed }: Call): IterableIterator<Row> {
  for (const row of table.rows()) if (fits(row, fixed)) yield row;
}

/** GET of an item: the row, or 304 when the client has it. */
export function read(call: Call, id: string): ResponseInit {
  const row = findItem(call, id)?.row;
  if (row === undefined) throw notFound(call, id);
  const { text, etag } = representationOf(row);
  if (isNotModified(call.exchange.request, row)) return { status: 304, headers: { etag }, body: null };
  return { status: 200, headers: { "content-type": "application/json", etag }, body: text };
}
