import { invalid } from "../errors.ts";
import type { Page, QuerySyntax } from "../syntax/syntax.ts";
import type { Level } from "./level.ts";

/** Rows at most, and rows skipped. */
export interface Stretch {
  /** `undefined`: all of them. */
  readonly limit: number | undefined;
  /** Rows skipped. */
  readonly offset: number;
}

/** The page of a request. */
export interface RequestPage extends Stretch {
  /** How the request counts, and so how links to other pages do. */
  readonly by: "offset" | "page" | "after";
}

/** What says how many rows a page has. */
export interface PageRules {
  /** Rows when the request does not say; all when `undefined`. */
  readonly default: number | undefined;
  /** Rows at most, whatever it says. */
  readonly max: number | undefined;
  /** What a Range header asks for. */
  readonly range?: Stretch | undefined;
}

/** The rows a request asks for, by its parameters and its Range header. @throws BW_QUERY_INVALID */
export function pageOf({ pages, after }: Pick<QuerySyntax, "pages" | "after">, rules: PageRules): RequestPage {
  const said = merge(pages.filter(({ path }) => path.length === 0).map(({ of }) => of));
  const limit = least(said.limit ?? rules.default, rules.max);
  if (after !== undefined) return keysetPage(said, limit);
  if (said.number !== undefined) return numberedPage(said.number, limit);
  const { limit: size, offset } = intersect({ limit: said.limit, offset: said.offset ?? 0 }, rules.range);
  return { limit: least(size ?? rules.default, rules.max), offset, by: "offset" };
}

function merge(pages: readonly Page[]): Page {
  return Object.assign({}, ...pages) as Page;
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}

function keysetPage({ offset, number }: Page, limit: number | undefined): RequestPage {
  if (offset !== undefined || number !== undefined)
    throw invalid("after", `does not go with ${number === undefined ? "offset" : "page"}: write one of them`);
  return { limit, offset: 0, by: "after" };
}

function numberedPage(number: number, limit: number | undefined): RequestPage {
  if (!limit) throw invalid("page", "needs a limit of at least 1");
  const offset = (number - 1) * limit;
  if (!Number.isSafeInteger(offset)) throw invalid("page", "is too large");
  return { limit, offset, by: "page" };
}

/** What both stretches hold. */
function intersect(left: Stretch, right: Stretch | undefined): Stretch {
  if (right === undefined) return left;
  const offset = Math.max(left.offset, right.offset);
  const ends = [left, right].flatMap((one) => (one.limit === undefined ? [] : [one.offset + one.limit]));
  return { offset, limit: ends.length === 0 ? undefined : Math.max(0, Math.min(...ends) - offset) };
}

/** @throws BW_QUERY_INVALID */
export function checkEmbeddedPage({ pages }: Level): Page {
  return merge(pages.map(({ of }) => of));
}
