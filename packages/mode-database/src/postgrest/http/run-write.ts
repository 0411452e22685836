import type { ResponseInit } from "@backworks/core";
import type { QuerySyntax } from "@backworks/core/query";
import type { Row } from "../../engine.ts";
import type { Table } from "../catalog/catalog.ts";
import type { Level } from "../plan/level.ts";
import type { SqlBuilder } from "../sql/builder.ts";
import { givenRows, quote } from "../sql/builder.ts";
import { resultSql } from "../sql/result.ts";
import { selectSql } from "../sql/select.ts";
import { mergedSql, written } from "../sql/write.ts";
import type { Returning } from "../sql/write.ts";
import { bodyOf } from "./answer.ts";
import { explain } from "./explain.ts";
import type { Rest, RestRequest } from "./rest.ts";
import { affectedCheck, allChecks, runStatement, singularCheck } from "./run.ts";

/** A write whose request was read. */
export interface Write {
  readonly rest: Rest;
  readonly request: RestRequest;
  readonly table: Table;
  readonly query: QuerySyntax;
  readonly level: Level;
  readonly sql: SqlBuilder;
}

interface WriteRun {
  readonly statement: string;
  readonly returning: Returning;
  /** Whether rows may be merged with those that are there. */
  readonly merges?: boolean;
  readonly check?: (row: Row) => void;
}

/** What a write came to; of a plan the answer. */
export type WriteFound = { readonly row: Row; readonly body: string | Uint8Array | undefined } | ResponseInit;

/** Runs a write and gives its rows back, as they are wanted. */
export async function runWrite(write: Write, { statement, returning, merges, check }: WriteRun): Promise<WriteFound> {
  const { rest, request, sql } = write;
  const { media } = request;
  const wanted = request.preferences.return;
  const { result, names } = backSql(write);
  const counted = merges === true ? [mergedSql] : [];
  const location =
    wanted === "headers-only" && returning.length > 0 && request.method === "POST" ? [locationSql(write.table)] : [];
  const text = `${statement} ${result([...counted, ...location])}`;
  if (media.plan !== undefined) return explain(rest, request, { text, binds: sql.binds, plan: media.plan });
  const checks = allChecks(singularCheck(request), affectedCheck(request), check);
  const row = await runStatement(rest, request, { text, binds: sql.binds, reads: false, check: checks });
  if (wanted !== "representation") return { row, body: undefined };
  return { row, body: bodyOf(request, row, names) };
}

interface Back {
  readonly names: readonly string[];
  result(more: readonly string[]): string;
}

function backSql({ request, level, table, sql }: Write): Back {
  const { media } = request;
  const alias = sql.name("t");
  if (request.preferences.return !== "representation") {
    const text = `SELECT * FROM ${written} AS ${alias}`;
    const nothing = { text, shape: { columns: [], plain: true, outputs: [], json: () => "NULL" } };
    return { names: [], result: (more) => resultSql(sql, nothing, { media: { ...media, kind: "json" }, more }) };
  }
  const source = { rows: givenRows(table, alias), from: `${written} AS ${alias}`, where: [], chosen: true };
  const page = { limit: undefined, offset: 0 };
  // What else a write tells of its rows is none of their columns.
  const select = selectSql(sql, level, { ...source, page, named: true });
  const names = select.shape.outputs.map(({ key }) => key);
  return { names, result: (more) => resultSql(sql, select, { media, more }) };
}

function locationSql({ primaryKey }: Table): string {
  const texts = primaryKey.map((column) => `pgrst_rows.${quote(column)}::text`).join(", ");
  return `CASE WHEN count(*) = 1 THEN min(json_build_array(${texts})::text) END AS location`;
}
