import type { ResponseInit } from "@backworks/core";
import type { QuerySyntax } from "@backworks/core/query";
import type { Row } from "../../engine.ts";
import type { Table } from "../catalog/catalog.ts";
import { toCounted } from "../plan/count-level.ts";
import type { Level, Stretch } from "../plan/level.ts";
import { takeValues } from "../plan/take-values.ts";
import { SqlBuilder, fillBinds, qualified, tableRows } from "../sql/builder.ts";
import type { Slots } from "../sql/builder.ts";
import { resultSql, countSql } from "../sql/result.ts";
import { selectSql } from "../sql/select.ts";
import type { Source } from "../sql/select.ts";
import { bodyOf, contentRange, toResponse } from "./answer.ts";
import { explain, explainRows } from "./explain.ts";
import type { ReadPlan } from "./plans.ts";
import { rangeOf, statusOfRange } from "./range.ts";
import { contentLocation, findTable, levelOf, madeOfRows, pageIn, readQuery, withMedia } from "./resource.ts";
import type { OpenRequest, Rest, RestRequest } from "./rest.ts";
import { runStatement, singularCheck } from "./run.ts";

/** `GET /table` @throws Refused */
export async function readTable(rest: Rest, open: OpenRequest, name: string): Promise<ResponseInit> {
  const { exchange, catalog } = open;
  const table = findTable(rest, open, name);
  const query = readQuery(exchange.request.query);
  const request = withMedia(rest, open, madeOfRows(catalog, { table, query }));
  const { media } = request;
  const page = rangeOf(pageIn(query), exchange.request, rest.settings.maxRows);
  const reading = { rest, request, table, query, page };
  const { plan, values } = planOf(reading);
  const run = { text: plan.text, binds: fillBinds(plan.binds, values) };
  if (media.plan !== undefined) return explain(rest, request, { ...run, plan: media.plan });
  const row = await runStatement(rest, request, { ...run, reads: true, check: singularCheck(request) });
  const total = await totalOf(reading, row);
  return readResponse(rest, request, { row, page, total, names: plan.names });
}

/** A read whose request was read. */
interface Reading {
  readonly rest: Rest;
  readonly request: RestRequest;
  readonly table: Table;
  readonly query: QuerySyntax;
  readonly page: Stretch;
}

/** The statement, which requests share that ask the same, and the values of this one. @throws Refused */
function planOf(reading: Reading): { readonly plan: ReadPlan; readonly values: readonly unknown[] } {
  const { rest, request, table, query, page } = reading;
  const { media, catalog } = request;
  const { key, values, slots } = takeValues(query, page);
  const form = JSON.stringify([media.kind, media.stripNulls, countsExactly(rest, request), media.made]);
  const named = `${table.schema}\n${table.name}\n${form}\n${key}`;
  return { plan: rest.plans.take(catalog, named, () => makePlan(reading, slots)), values };
}

function makePlan({ rest, request, table, query, page }: Reading, slots: Slots): ReadPlan {
  const { media, catalog } = request;
  const level = levelOf(rest, request, { table, query, maxRows: rest.settings.maxRows });
  const sql = new SqlBuilder(catalog, slots);
  const select = selectSql(sql, level, { ...sourceOf(sql, table), page, named: media.kind === "csv" });
  const total = countsExactly(rest, request) ? countSql(countedText(sql, level, table)) : undefined;
  const text = resultSql(sql, select, { media, total });
  return { text, binds: sql.binds, names: select.shape.outputs.map(({ key }) => key) };
}

export interface ReadFound {
  readonly row: Row;
  readonly page: Stretch;
  readonly total: number | undefined;
  /** Names of the columns. */
  readonly names: readonly string[];
}

/** @throws Refused with PGRST103 */
export function readResponse(rest: Rest, request: RestRequest, { row, page, total, names }: ReadFound): ResponseInit {
  const rows = Number(row["rows"]);
  const status = statusOfRange(page.offset, rows, total);
  return toResponse(rest, request, {
    status,
    headers: {
      "content-range": contentRange(page.offset, page.offset + rows - 1, total),
      "content-location": contentLocation(request),
    },
    body: bodyOf(request, row, names),
    followed: ["count", "tx", "handling", "timezone"],
    row,
  });
}

function sourceOf(sql: SqlBuilder, table: Table): Source {
  const alias = sql.name("t");
  return { rows: tableRows(table, alias), from: `${qualified(table)} AS ${alias}`, where: [] };
}

/** An estimate of few rows is their number. */
function countsExactly({ settings }: Rest, { preferences }: RestRequest): boolean {
  return preferences.count === "exact" || (preferences.count === "estimated" && settings.maxRows !== undefined);
}

function countedText(sql: SqlBuilder, level: Level, table: Table): string {
  const page = { limit: undefined, offset: 0 };
  return selectSql(sql, toCounted(level), { ...sourceOf(sql, table), page }).text;
}

/** What was counted, or what the planner expects. */
async function totalOf({ rest, request, table, query }: Reading, row: Row): Promise<number | undefined> {
  const { count } = request.preferences;
  const exact = row["total"] === null || row["total"] === undefined ? undefined : Number(row["total"]);
  const { maxRows } = rest.settings;
  if (count === undefined || count === "exact") return exact;
  if (exact !== undefined && maxRows !== undefined && exact <= maxRows) return exact;
  const sql = new SqlBuilder(request.catalog);
  const text = countedText(sql, levelOf(rest, request, { table, query, maxRows }), table);
  return Math.max(await explainRows(rest, { text, binds: sql.binds }), exact ?? 0);
}
