import type { FieldMap } from "../exchange.ts";
import type { RequestPage } from "./check/page.ts";

/** The request a page answers. */
export interface PageRequest {
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Its query. */
  readonly fields: FieldMap;
}

/** What was found for it. */
export interface PageFound {
  /** What was asked for. */
  readonly page: RequestPage;
  /** Rows of the page. */
  readonly count: number;
  /** Rows that fit, whatever the page; `undefined` when nobody counted. */
  readonly total: number | undefined;
  /** Cursor of the next keyset page. */
  readonly next?: string | undefined;
}

/**
 * Headers that say where a page stands: `content-range` (`0-9/42`, or an asterisk for what is not known, as PostgREST writes it), and when
 * the rows were counted `x-total-count`; `link` (RFC 8288) to the first, previous, next and last page.
 */
export function pageHeaders(found: PageFound, request: PageRequest): Record<string, string> {
  const { page, count, total } = found;
  const range = count === 0 || page.by === "after" ? "*" : `${page.offset}-${page.offset + count - 1}`;
  const links = page.by === "after" ? keysetLinks(found, request) : linksOf(found, request);
  return {
    ...(total === undefined ? {} : { "x-total-count": String(total) }),
    "content-range": `${range}/${total ?? "*"}`,
    ...(links === "" ? {} : { link: links }),
  };
}

type Target = readonly [relation: string, over: Readonly<Record<string, string | number>>];

function keysetLinks({ next }: PageFound, request: PageRequest): string {
  const first: Target = ["first", { after: "" }];
  if (next !== undefined) return write([first, ["next", { after: next }]], request);
  return request.fields["after"] === "" ? "" : write([first], request);
}

function linksOf({ page: { offset, limit, by }, total }: PageFound, request: PageRequest): string {
  // One page holds everything, or nothing: there is nowhere to go.
  if (total === undefined || !limit || (offset === 0 && total <= limit)) return "";
  const lastOffset = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  const targets: [relation: string, offset: number][] = [["first", 0]];
  if (offset > 0) targets.push(["prev", Math.min(Math.max(0, offset - limit), lastOffset)]);
  if (offset + limit < total) targets.push(["next", offset + limit]);
  targets.push(["last", lastOffset]);
  return write(
    targets.map(([relation, target]): Target => [
      relation,
      by === "page" ? { page: target / limit + 1 } : { offset: target },
    ]),
    request,
  );
}

function write(targets: readonly Target[], request: PageRequest): string {
  return targets.map(([relation, over]) => `<${addressOf(request, over)}>; rel="${relation}"`).join(", ");
}

/** The request's own address with another page; the size of a page stays what the request asked for. */
function addressOf({ path, fields }: PageRequest, over: Readonly<Record<string, string | number>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (name in over || value === undefined) continue;
    for (const text of typeof value === "string" ? [value] : value) search.append(name, text);
  }
  for (const [name, value] of Object.entries(over)) search.append(name, String(value));
  return `${path}?${search.toString()}`;
}
