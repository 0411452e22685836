import { BackworksError } from "../../errors.ts";
import type { JsonValue } from "../../exchange.ts";
import { isObject } from "../../json/value.ts";
import type { Violation } from "../../json/violation.ts";
import { pointerTo } from "../../json/violation.ts";
import { invalid } from "../errors.ts";
import type { Preferences } from "../prefer.ts";
import type { QuerySyntax } from "../syntax/syntax.ts";
import type { Row } from "../tree.ts";
import { invalidRow } from "./invalid-row.ts";

/** What makes rows finds none. @throws BW_QUERY_INVALID */
export function refuseFilters({ filters }: Pick<QuerySyntax, "filters">, method: string): void {
  const filter = filters.find(({ path }) => path.length === 0);
  if (filter) throw invalid(filter.parameter, `filters nothing in a ${method}`, { hint: "leave it out, or use PATCH" });
}

/** What a write to a whole collection is. */
export interface BulkWrite {
  /** Upper case. */
  readonly method: string;
  /** What it is called. */
  readonly collection: string;
  /** Where the configuration may allow it: `mock.resource`. */
  readonly block: string;
}

/** Refuses to change every row of a collection by oversight. @throws BW_QUERY_UNFILTERED */
export function refuseUnfiltered(
  { filters }: Pick<QuerySyntax, "filters">,
  { method, collection, block }: BulkWrite,
): void {
  if (filters.some(({ path }) => path.length === 0)) return;
  throw new BackworksError(
    "BW_QUERY_UNFILTERED",
    { method, collection },
    { hint: `write a filter, or allow_full_table: true in ${block}` },
  );
}

/** Refuses to change more rows than the client expects. @throws BW_QUERY_TOO_MANY_AFFECTED */
export function checkAffected({ maxAffected: limit }: Preferences, count: number): void {
  if (limit === undefined || count <= limit) return;
  throw new BackworksError("BW_QUERY_TOO_MANY_AFFECTED", { count, limit }, { members: { count, limit } });
}

/** The rows of a body: it is one, or a list of them. @throws BW_RESOURCE_INVALID */
export function rowsOfBody(resource: string, value: JsonValue): readonly Row[] {
  const values: readonly JsonValue[] = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  const violations = values.flatMap((one, index): Violation[] =>
    isObject(one) ? [] : [{ pointer: Array.isArray(value) ? pointerTo(index) : "", detail: "must be an object" }],
  );
  if (violations.length > 0) throw invalidRow(resource, violations);
  return values.filter(isObject);
}

/** The one row of a body, or a change of one. @throws BW_RESOURCE_INVALID */
export function rowOfBody(resource: string, value: JsonValue): Row {
  if (isObject(value)) return value;
  throw invalidRow(resource, [{ pointer: "", detail: "must be an object" }]);
}

/** A change without the columns that `columns` does not name. */
export function onlyColumns(change: Row, columns: readonly string[] | undefined): Row {
  if (columns === undefined) return change;
  return Object.fromEntries(Object.entries(change).filter(([name]) => columns.includes(name)));
}
