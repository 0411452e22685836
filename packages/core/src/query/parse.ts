import type { FieldMap } from "../exchange.ts";
import { columnCheck } from "./columns.ts";
import { invalid } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import { parseOrder, parseSort } from "./order.ts";
import type { Condition, Order, Query } from "./query.ts";

/** What is known of a collection before its query is read. */
export interface QueryRules {
  /** Its name, for messages. */
  readonly collection: string;
  /** Its columns; nothing is refused when `undefined`. */
  readonly columns: ReadonlySet<string> | undefined;
  /** Parameters that are no columns, such as a session key's. */
  readonly ignored: readonly string[];
  /** Rows of a page: when the request does not say, and at most. */
  readonly page: { readonly default: number; readonly max: number };
}

/** Parameters that are never columns. */
const reserved = ["order", "sort", "limit", "offset", "page", "per_page"] as const;

/** Words of the grammar that this version does not answer: as columns they would change their meaning later. */
const unanswered = ["select", "or", "and", "not", "after", "columns", "on_conflict", "missing"] as const;

/**
 * Reads the query of a list: `col=value`, `col=op.value`, `order`, `sort`, `limit`, `offset`, `page`, `per_page`.
 *
 * @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN
 */
export function parseQuery(fields: FieldMap, rules: QueryRules): Query {
  for (const name of unanswered) if (name in fields) throw invalid(name, "is not answered yet");
  return { where: parseWhere(fields, rules), order: parseOrdering(fields, rules), ...parsePage(fields, rules) };
}

function parseWhere(fields: FieldMap, rules: QueryRules): Condition {
  const check = columnCheck(rules);
  const others = new Set<string>([...reserved, ...rules.ignored]);
  const of: Condition[] = [];
  for (const [column, value] of Object.entries(fields)) {
    if (others.has(column) || value === undefined) continue;
    check(column);
    for (const text of typeof value === "string" ? [value] : value) of.push(parseFilter(column, text));
  }
  return { kind: "all", of };
}

function parseOrdering(fields: FieldMap, rules: QueryRules): readonly Order[] {
  const order = single(fields, "order");
  const sort = single(fields, "sort");
  if (order !== undefined && sort !== undefined) throw invalid("sort", "does not go with order: write one of them");
  const terms = order === undefined ? parseSort(sort ?? "") : parseOrder(order);
  const check = columnCheck(rules);
  for (const { column } of terms) check(column);
  return terms;
}

function parsePage(fields: FieldMap, rules: QueryRules): Pick<Query, "limit" | "offset" | "paging"> {
  const number = single(fields, "page");
  const size = sizeOf(fields, rules);
  if (number === undefined) return { offset: whole(fields, "offset", 0) ?? 0, limit: size, paging: "offset" };
  if ("offset" in fields) throw invalid("page", "does not go with offset: write one of them");
  if (size === 0) throw invalid("limit", "must be at least 1 for a page");
  const offset = ((whole(fields, "page", 1) ?? 1) - 1) * size;
  if (!Number.isSafeInteger(offset)) throw invalid("page", "is too large");
  return { offset, limit: size, paging: "page" };
}

function sizeOf(fields: FieldMap, { page }: QueryRules): number {
  if ("limit" in fields && "per_page" in fields) throw invalid("per_page", "does not go with limit: write one of them");
  const wanted = whole(fields, "limit", 0) ?? whole(fields, "per_page", 1) ?? page.default;
  return Math.min(wanted, page.max);
}

function whole(fields: FieldMap, name: string, least: number): number | undefined {
  const text = single(fields, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw invalid(name, `must be a whole number from ${least}, found ${text === "" ? "nothing" : text}`);
  }
  return value;
}

function single(fields: FieldMap, name: string): string | undefined {
  const value = fields[name];
  if (typeof value === "object") throw invalid(name, "is there more than once");
  return value;
}
