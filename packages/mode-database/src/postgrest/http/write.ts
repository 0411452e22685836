import type { ResponseInit } from "@backworks/core";
import type { Row } from "../../engine.ts";
import type { Table } from "../catalog/catalog.ts";
import type { Condition } from "../plan/level.ts";
import { neededColumns } from "../plan/needed-columns.ts";
import { refusals } from "../refusal.ts";
import { SqlBuilder, qualified, tableRows } from "../sql/builder.ts";
import { selectSql } from "../sql/select.ts";
import { deleteSql, insertSql, updateSql } from "../sql/write.ts";
import type { Conflict, Payload, Returning } from "../sql/write.ts";
import { contentRange, toResponse } from "./answer.ts";
import { readContent, rowsOf } from "./payload.ts";
import { findTable, levelOf, readQuery, withMedia } from "./resource.ts";
import type { OpenRequest, Rest, RestRequest } from "./rest.ts";
import { runWrite } from "./run-write.ts";
import type { Write } from "./run-write.ts";

function startWrite(rest: Rest, open: OpenRequest, name: string): Write {
  const table = findTable(rest, open, name);
  const request = withMedia(rest, open, []);
  const query = readQuery(request.exchange.request.query);
  return {
    rest,
    request,
    table,
    query,
    // Nothing that is written is left out.
    level: levelOf(rest, request, { table, query, maxRows: undefined }),
    sql: new SqlBuilder(request.catalog),
  };
}

/** `POST /table` @throws Refused */
export async function insertRows(rest: Rest, open: OpenRequest, name: string): Promise<ResponseInit> {
  const write = startWrite(rest, open, name);
  const { request, table, query, sql } = write;
  const payload = await payloadOf(write);
  const conflict = conflictOf(write);
  const returning = returningOf(write);
  const statement = insertSql(sql, table, { payload, conflict, returning, conditions: [] });
  const merges = conflict?.merge === true;
  const found = await runWrite(write, { statement, returning, merges });
  if (!("row" in found)) return found;
  const { row, body } = found;
  // Nothing new.
  const merged = merges && Number(row["rows"]) === Number(row["merged"]);
  const resolution = query.onConflict !== undefined || table.primaryKey.length > 0 ? (["resolution"] as const) : [];
  return toResponse(rest, request, {
    status: merged ? 200 : 201,
    headers: { "content-range": contentRange(1, 0, countedOf(request, row)), ...locationOf(write, row) },
    body,
    followed: [...resolution, "missing", "return", "count", "tx", "handling", "timezone"],
    row,
  });
}

/** `PUT /table?key=eq.value`: the one row, as it is given. @throws Refused with PGRST105, PGRST114, PGRST115 */
export async function putRow(rest: Rest, open: OpenRequest, name: string): Promise<ResponseInit> {
  const write = startWrite(rest, open, name);
  const { request, table, level, query, sql } = write;
  if (query.pages.length > 0) throw refusals.putLimit();
  checkKeyFilters(table, level.conditions);
  const payload = await payloadOf(write);
  // A body without a key cannot have the one of the URL.
  if (!table.primaryKey.every((column) => payload.columns.includes(column))) throw refusals.putKey();
  const returning = returningOf(write);
  const conflict = { columns: table.primaryKey, merge: true };
  const statement = insertSql(sql, table, { payload, conflict, returning, conditions: level.conditions });
  const check = ({ rows }: Row): void => {
    if (Number(rows) !== 1) throw refusals.putKey();
  };
  const found = await runWrite(write, { statement, returning, merges: true, check });
  if (!("row" in found)) return found;
  const { row, body } = found;
  const status = body === undefined ? 204 : Number(row["merged"]) === 0 ? 201 : 200;
  return toResponse(rest, request, { status, body, followed: ["return", "count", "tx", "handling", "timezone"], row });
}

/** The filters are the key's columns, each compared by `eq` and once. */
function checkKeyFilters({ primaryKey }: Table, conditions: readonly Condition[]): void {
  const columns = conditions.map((condition) =>
    condition.kind === "filter" &&
    condition.operator === "eq" &&
    !condition.negated &&
    condition.quantifier === undefined
      ? condition.field.column
      : undefined,
  );
  const fits = columns.length === primaryKey.length && primaryKey.every((column) => columns.includes(column));
  if (!fits || primaryKey.length === 0) throw refusals.putFilters();
}

/** `PATCH /table?filter` @throws Refused */
export async function updateRows(rest: Rest, open: OpenRequest, name: string): Promise<ResponseInit> {
  const write = startWrite(rest, open, name);
  const { request } = write;
  const payload = await payloadOf(write);
  const returning = returningOf(write);
  const chosen = chosenSql(write);
  const { conditions } = write.level;
  const statement = updateSql(write.sql, write.table, {
    payload,
    returning,
    chosen,
    conditions: chosen ? [] : conditions,
  });
  const found = await runWrite(write, { statement, returning });
  if (!("row" in found)) return found;
  const { row, body } = found;
  const rows = Number(row["rows"]);
  return toResponse(rest, request, {
    status: body === undefined ? 204 : 200,
    headers: { "content-range": contentRange(0, rows - 1, countedOf(request, row)) },
    body,
    followed: ["missing", "return", "count", "tx", "handling", "timezone", ...strictly(request)],
    row,
  });
}

/** `DELETE /table?filter` @throws Refused */
export async function deleteRows(rest: Rest, open: OpenRequest, name: string): Promise<ResponseInit> {
  const write = startWrite(rest, open, name);
  const { request } = write;
  const returning = returningOf(write);
  const chosen = chosenSql(write);
  const { conditions } = write.level;
  const statement = deleteSql(write.sql, write.table, { returning, chosen, conditions: chosen ? [] : conditions });
  const found = await runWrite(write, { statement, returning });
  if (!("row" in found)) return found;
  const { row, body } = found;
  return toResponse(rest, request, {
    status: body === undefined ? 204 : 200,
    headers: { "content-range": contentRange(1, 0, countedOf(request, row)) },
    body,
    followed: ["return", "count", "tx", "handling", "timezone", ...strictly(request)],
    row,
  });
}

function strictly({ preferences }: RestRequest): readonly ["max-affected"] | readonly [] {
  return preferences.handling === "strict" ? ["max-affected"] : [];
}

async function payloadOf({ request, query }: Write): Promise<Payload> {
  const { text, columns } = rowsOf(await readContent(request.exchange), query.columns);
  return { text, columns, defaults: request.preferences.missing === "default" };
}

function conflictOf({ request, query, table }: Write): Conflict | undefined {
  const { resolution } = request.preferences;
  if (resolution === undefined) return undefined;
  const columns = query.onConflict ?? table.primaryKey;
  for (const column of columns) if (!table.columns.has(column)) throw refusals.conflictColumn(column);
  return { columns, merge: resolution === "merge-duplicates" };
}

function returningOf({ request, table, level }: Write): Returning {
  const wanted = request.preferences.return;
  if (wanted === "representation") return neededColumns(level) ?? [...table.columns.keys()];
  return wanted === "headers-only" ? table.primaryKey : [];
}

/** Keys of the rows that `limit` leaves; without one the conditions say which. @throws Refused with PGRST109 */
function chosenSql({ level, table, sql }: Write): string | undefined {
  const { limit, offset } = level.page;
  if (limit === undefined && offset === 0) return undefined;
  if (level.order.length === 0 || table.primaryKey.length === 0) throw refusals.limitOrder();
  const alias = sql.name("t");
  const select = table.primaryKey.map((column) => ({
    kind: "column" as const,
    alias: undefined,
    field: { column, json: [] },
    cast: undefined,
    aggregate: undefined,
    aggregateCast: undefined,
  }));
  const source = { rows: tableRows(table, alias), from: `${qualified(table)} AS ${alias}`, where: [] };
  return selectSql(sql, { ...level, select, children: [] }, { ...source, page: level.page }).text;
}

function locationOf({ request, table }: Write, { location }: Row): Readonly<Record<string, string>> {
  if (typeof location !== "string") return {};
  const { path } = request.exchange.request;
  // A list of texts, as the statement made it.
  const texts = JSON.parse(location) as readonly (string | null)[];
  const pairs = table.primaryKey.map((column, index) => {
    const text = texts[index] ?? null;
    return [column, text === null ? "is.null" : `eq.${text}`];
  });
  return {
    location: `${path}?${pairs.map((pair) => pair.map((text) => encodeURIComponent(text)).join("=")).join("&")}`,
  };
}

function countedOf({ preferences }: RestRequest, row: Row): number | undefined {
  return preferences.count === undefined ? undefined : Number(row["rows"]);
}
