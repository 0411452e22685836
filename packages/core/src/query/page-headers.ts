import type { FieldMap } from "../exchange.ts";
import type { Query, QueryResult } from "./query.ts";

/** The request a page answers. */
export interface PageRequest {
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly fields: FieldMap;
}

/**
 * Headers that say where a page stands: `x-total-count`, `content-range` (`0-9/42`, or an asterisk for an empty page, as PostgREST writes it)
 * and `link` (RFC 8288) to the first, previous, next and last page.
 */
export function pageHeaders(query: Query, result: QueryResult, request: PageRequest): Record<string, string> {
  const { offset } = query;
  const last = offset + result.rows.length - 1;
  const range = result.rows.length === 0 ? "*" : `${offset}-${last}`;
  const links = linksOf(query, result, request);
  return {
    "x-total-count": String(result.total),
    "content-range": `${range}/${result.total}`,
    ...(links === "" ? {} : { link: links }),
  };
}

function linksOf({ offset, limit, paging }: Query, { total }: QueryResult, request: PageRequest): string {
  // One page holds everything, or nothing: there is nowhere to go.
  if (limit === 0 || (offset === 0 && total <= limit)) return "";
  const lastOffset = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  const targets: [relation: string, offset: number][] = [["first", 0]];
  if (offset > 0) targets.push(["prev", Math.min(Math.max(0, offset - limit), lastOffset)]);
  if (offset + limit < total) targets.push(["next", offset + limit]);
  targets.push(["last", lastOffset]);
  return targets
    .map(
      ([relation, target]) =>
        `<${addressOf(request, paging === "page" ? { page: target / limit + 1 } : { offset: target })}>; rel="${relation}"`,
    )
    .join(", ");
}

/** The request's own address with another page; the size of a page stays what the request asked for. */
function addressOf({ path, fields }: PageRequest, over: Readonly<Record<string, number>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (name in over || value === undefined) continue;
    for (const text of typeof value === "string" ? [value] : value) search.append(name, text);
  }
  for (const [name, value] of Object.entries(over)) search.append(name, String(value));
  return `${path}?${search.toString()}`;
}
