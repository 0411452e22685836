import type { ResponseInit } from "@backworks/core";
import type { Row } from "../../engine.ts";
import type { Table } from "../catalog/catalog.ts";
import { toCounted } from "../plan/count-level.ts";
import type { Level, Stretch } from "../plan/level.ts";
import { SqlBuilder, tableRows, qualified } from "../sql/builder.ts";
import { resultSql, countSql } from "../sql/result.ts";
import { selectSql } from "../sql/select.ts";
import type { Source } from "../sql/select.ts";
import { contentRange, toResponse } from "./answer.ts";
import { explain, explainRows } from "./explain.ts";
import { rangeOf, statusOfRange } from "./range.ts";
import { contentLocation, findTable, levelOf, readQuery } from "./resource.ts";
import type { Rest, RestRequest } from "./rest.ts";
import { runStatement, singularCheck } from "./run.ts";

/** `GET /table` @throws Refused */
export async function readTable(rest: Rest, request: RestRequest, name: string): Promise<ResponseInit> {
  const { exchange, media, catalog } = request;
  const table = findTable(rest, request, name);
  const level = levelOf(rest, request, { table, query: readQuery(exchange.request.query) });
  const page = rangeOf(level.page, exchange.request.headers, rest.settings.maxRows);
  const sql = new SqlBuilder(catalog);
  const select = selectSql(sql, level, { ...sourceOf(sql, table), page, named: media.kind === "csv" });
  const total = countsExactly(rest, request) ? countOf(sql, level, table) : undefined;
  const text = resultSql(sql, select, { media, total });
  if (media.plan !== undefined) return explain(rest, request, { text, sql, plan: media.plan });
  const row = await runStatement(rest, request, { text, sql, reads: true, check: singularCheck(request) });
  const counted = await totalOf(rest, request, { row, level, table });
  const header =
    media.kind === "csv"
      ? csvHeader(
          select.shape.outputs.map(({ key }) => key),
          row,
        )
      : "";
  return readResponse(rest, request, { row, page, total: counted, header });
}

export interface ReadFound {
  readonly row: Row;
  readonly page: Stretch;
  readonly total: number | undefined;
  /** What stands before the rows. */
  readonly header: string;
}

/** @throws Refused with PGRST103 */
export function readResponse(rest: Rest, request: RestRequest, { row, page, total, header }: ReadFound): ResponseInit {
  const rows = Number(row["rows"]);
  const status = statusOfRange(page.offset, rows, total);
  return toResponse(rest, request, {
    status,
    headers: {
      "content-range": contentRange(page.offset, page.offset + rows - 1, total),
      "content-location": contentLocation(request),
    },
    body: header + String(row["body"]),
    followed: ["count", "handling", "timezone"],
    row,
  });
}

/** Names of the columns; none without rows. */
export function csvHeader(names: readonly string[], row: Row): string {
  return `${Number(row["rows"]) === 0 ? "" : names.join(",")}\n`;
}

function sourceOf(sql: SqlBuilder, table: Table): Source {
  const alias = sql.name("t");
  return { rows: tableRows(table, alias), from: `${qualified(table)} AS ${alias}`, where: [] };
}

/** An estimate of few rows is their number. */
function countsExactly({ settings }: Rest, { preferences }: RestRequest): boolean {
  return preferences.count === "exact" || (preferences.count === "estimated" && settings.maxRows !== undefined);
}

function countOf(sql: SqlBuilder, level: Level, table: Table): string {
  return countSql(countedText(sql, level, table));
}

function countedText(sql: SqlBuilder, level: Level, table: Table): string {
  const page = { limit: undefined, offset: 0 };
  return selectSql(sql, toCounted(level), { ...sourceOf(sql, table), page }).text;
}

interface Counting {
  readonly row: Row;
  readonly level: Level;
  readonly table: Table;
}

async function totalOf(rest: Rest, request: RestRequest, { row, level, table }: Counting): Promise<number | undefined> {
  const { count } = request.preferences;
  const exact = row["total"] === null || row["total"] === undefined ? undefined : Number(row["total"]);
  const { maxRows } = rest.settings;
  if (count === undefined || count === "exact") return exact;
  if (exact !== undefined && maxRows !== undefined && exact <= maxRows) return exact;
  const sql = new SqlBuilder(request.catalog);
  const planned = await explainRows(rest, request, { text: countedText(sql, level, table), sql });
  return Math.max(planned, exact ?? 0);
}
