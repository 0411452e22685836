import type { BackworksRequest, ResponseInit } from "../../exchange.ts";
import type { RequestPage } from "../check/page.ts";
import { pageHeaders } from "../page-headers.ts";
import type { Preferences } from "../prefer.ts";
import { appliedPreferences } from "../prefer.ts";
import { outOfRange } from "../range-header.ts";
import type { Row } from "../tree.ts";
import type { Wrap } from "./form-rows.ts";
import { formRows } from "./form-rows.ts";
import type { Tagged } from "./preconditions.ts";
import { isNotModified } from "./preconditions.ts";
import type { Representation } from "./representation.ts";

/** A page that was found. */
export interface FoundPage {
  /** What was asked for. */
  readonly page: RequestPage;
  /** Objects of the answer. */
  readonly rows: readonly Row[];
  /** Rows that fit, whatever the page; `undefined` when nobody counted. */
  readonly total: number | undefined;
  /** Cursor of the next keyset page. */
  readonly next: string | undefined;
  /** What the request prefers. */
  readonly preferences: Preferences;
  /** Whether a Range header was followed. */
  readonly ranged: boolean;
  /** Whether the rows are objects that stay. @defaultValue true */
  readonly kept?: boolean | undefined;
  /** Keys under which it is put. */
  readonly wrap?: Wrap | undefined;
}

/** The answer to GET of a collection. @throws BW_QUERY_RANGE, BW_QUERY_SINGULAR */
export function answerList({ headers, path, query: fields }: BackworksRequest, found: FoundPage): ResponseInit {
  const { page, rows, total, next, preferences, kept, wrap } = found;
  const status = statusOf(found);
  const where = pageHeaders({ page, count: rows.length, total, next }, { path, fields });
  const applied = appliedPreferences(preferences, ["handling", "count"]);
  const more = applied === undefined ? {} : { "preference-applied": applied };
  return formRows(rows, { accept: headers["accept"], status, headers: { ...where, ...more }, kept, wrap });
}

/** A client that counts rows is told when they are not all of them (RFC 9110, 15.3.7 and 15.5.17). @throws BW_QUERY_RANGE */
function statusOf({ page: { offset }, rows, total, preferences, ranged }: FoundPage): number {
  if (total === undefined || (!ranged && preferences.count === undefined)) return 200;
  if (offset > 0 && offset > total) throw outOfRange(`${offset}-`, total);
  return rows.length < total ? 206 : 200;
}

/** One row as it is shown. */
export interface ShownItem {
  /** The object of the answer. */
  readonly object: Row;
  /** The same as it is sent. */
  readonly sent: Representation;
  /** What the validator is of. */
  readonly tagged: Tagged;
  /** Key under which it is put. */
  readonly wrap?: Wrap | undefined;
}

/** The answer to GET of an item: the row, or 304 when the client has it. @throws BW_RESOURCE_PRECONDITION */
export function answerItem({ headers }: BackworksRequest, { object, sent, tagged, wrap }: ShownItem): ResponseInit {
  const { etag } = tagged;
  if (isNotModified(headers, tagged)) return { status: 304, headers: { etag }, body: null };
  return formRows([object], { accept: headers["accept"], status: 200, headers: { etag }, single: true, sent, wrap });
}
