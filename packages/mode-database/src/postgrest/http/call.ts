import type { FieldMap, ResponseInit } from "@backworks/core";
import { operators } from "@backworks/core/query";
import type { Row } from "../../engine.ts";
import type { Catalog, Routine, Table } from "../catalog/catalog.ts";
import { toCounted } from "../plan/count-level.ts";
import { findRoutine, takesWhole } from "../plan/find-routine.ts";
import type { CallWanted } from "../plan/find-routine.ts";
import type { Stretch } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import { SqlBuilder, givenRows, tableRows, value } from "../sql/builder.ts";
import { callSql } from "../sql/call.ts";
import type { CallArguments } from "../sql/call.ts";
import { countSql, resultSql, valueResultSql } from "../sql/result.ts";
import { pageSql, selectSql } from "../sql/select.ts";
import type { Source } from "../sql/select.ts";
import { bodyOf, contentRange, toResponse } from "./answer.ts";
import { explain } from "./explain.ts";
import { readContent } from "./payload.ts";
import type { Content } from "./payload.ts";
import type { Made } from "./media.ts";
import { rangeOf, statusOfRange } from "./range.ts";
import { levelOf, madeOfRows, pageIn, readQuery, withMedia } from "./resource.ts";
import type { OpenRequest, Rest, RestRequest } from "./rest.ts";
import { affectedCheck, allChecks, mostAffected, runStatement, singularCheck } from "./run.ts";
import type { Run } from "./run.ts";

/** `GET /rpc/function`, `POST /rpc/function` @throws Refused */
export async function callRoutine(rest: Rest, request: OpenRequest, name: string): Promise<ResponseInit> {
  const called = await readCall(rest, request, name);
  return called.routine.returns.kind === "row" ? callForRows(called) : callForValues(called);
}

interface Called {
  readonly rest: Rest;
  readonly request: RestRequest;
  readonly routine: Routine;
  readonly given: CallArguments;
  /** What of the query chooses among the rows. */
  readonly fields: FieldMap;
}

async function readCall(rest: Rest, request: OpenRequest, name: string): Promise<Called> {
  const { given, routine, fields } = await readGiven(rest, request, name);
  return { rest, request: withMedia(rest, request, madeBy(request.catalog, routine, fields)), routine, given, fields };
}

/** A function may give a media type itself, or rows that another makes one of. */
function madeBy(catalog: Catalog, { returns }: Routine, fields: FieldMap): readonly Made[] {
  if (returns.media !== undefined) return [{ makes: returns.media, aggregate: undefined }];
  if (returns.table === undefined) return [];
  return madeOfRows(catalog, { table: returns.table, query: readQuery(fields) });
}

type Given = Pick<Called, "routine" | "given" | "fields">;

async function readGiven(rest: Rest, request: OpenRequest, name: string): Promise<Given> {
  const { exchange, method, schema, catalog } = request;
  const seen = rest.settings.functions?.has(name) ?? true;
  const wanted = { schema, name, wholeBody: false, bodyTypes: undefined, names: [] };
  const find = (more: Partial<CallWanted>): Routine =>
    findRoutine(seen ? catalog : { ...catalog, routines: new Map() }, { ...wanted, ...more });
  if (method === "GET") {
    const { texts, fields } = splitQuery(exchange.request.query);
    const routine = find({ names: [...texts.keys()] });
    return { routine, given: { kind: "texts", texts }, fields };
  }
  const content = await readContent(exchange);
  const fields = exchange.request.query;
  return { fields, ...givenBody(content, fields, find) };
}

type Find = (more: Partial<CallWanted>) => Routine;

function givenBody(content: Content, fields: FieldMap, find: Find): Pick<Called, "routine" | "given"> {
  if (content.kind === "raw") {
    const routine = find({ bodyTypes: [content.type], wholeBody: true });
    return { routine, given: { kind: "body", value: content.value } };
  }
  if (content.kind === "form") {
    const { texts } = content;
    return { routine: find({ names: [...texts.keys()] }), given: { kind: "texts", texts } };
  }
  const types = content.kind === "json" ? ["json", "jsonb"] : undefined;
  const names = readQuery({ columns: fields["columns"] }).columns ?? namesOf(content.value);
  const routine = find({ names, bodyTypes: types });
  if (takesWhole(routine))
    return { routine, given: { kind: "body", value: content.text === "" ? "{}" : content.text } };
  const list = Array.isArray(content.value);
  return { routine, given: { kind: "object", text: content.text === "" ? "{}" : content.text, names, list } };
}

/** Of a list the first counts. */
function namesOf(body: unknown): readonly string[] {
  const object: unknown = Array.isArray(body) ? body[0] : body;
  return typeof object === "object" && object !== null ? Object.keys(object) : [];
}

const words = new Set(["select", "order", "limit", "offset", "and", "or", "columns", "on_conflict"]);
const filterValue = new RegExp(`^(?:not\\.)?(?:${operators.map(({ name }) => name).join("|")})(?:\\([^)]*\\))?\\.`);

/** Parameters that are arguments, and those that choose among the rows: a word of the query, or what compares. */
function splitQuery(query: FieldMap): {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly fields: FieldMap;
} {
  const texts = new Map<string, readonly string[]>();
  const fields: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(query)) {
    const all = typeof value === "string" ? [value] : (value ?? []);
    const filters = words.has(name) || /[.>]/.test(name) ? all : all.filter((text) => filterValue.test(text));
    const given = all.filter((text) => !filters.includes(text));
    if (filters.length > 0) fields[name] = filters.length === 1 ? (filters[0] ?? "") : filters;
    if (given.length > 0) texts.set(name, given);
  }
  return { texts, fields };
}

async function callForRows(called: Called): Promise<ResponseInit> {
  const { rest, request, routine, fields } = called;
  const { media } = request;
  const { table } = routine.returns;
  // Who gives rows says of what table.
  if (table === undefined) throw new TypeError(`no table of ${routine.name}`);
  const level = levelOf(rest, request, { table, query: readQuery(fields), maxRows: rest.settings.maxRows });
  const page = rangeOf(level.page, request.exchange.request, rest.settings.maxRows);
  const sql = new SqlBuilder(request.catalog);
  const counts = request.preferences.count !== undefined;
  const { before, source } = sourceOf(sql, called, { table, counts });
  const select = selectSql(sql, level, { ...source(), page, named: media.kind === "csv" });
  const all = { limit: undefined, offset: 0 };
  const total = counts ? countSql(selectSql(sql, toCounted(level), { ...source(), page: all }).text) : undefined;
  // One row is an object, not a list.
  const single = !routine.returns.set && media.kind === "json";
  const text = before + resultSql(sql, select, { media: single ? { ...media, kind: "object" } : media, total });
  if (media.plan !== undefined) return explain(rest, request, { text, binds: sql.binds, plan: media.plan });
  const row = await runCall(called, { text, binds: sql.binds });
  const names = select.shape.outputs.map(({ key }) => key);
  return callResponse(called, { row, offset: page.offset, names });
}

/** What a function gave, as PostgREST calls it too. */
const calledAs = "pgrst_call";

interface CallSource {
  readonly table: Table;
  readonly counts: boolean;
}

/** A function is called once, also when its rows are counted. */
function sourceOf(
  sql: SqlBuilder,
  { routine, given }: Called,
  { table, counts }: CallSource,
): { readonly before: string; source(): Source } {
  const call = callSql(sql, routine, given);
  if (!counts) {
    const alias = sql.name("t");
    return {
      before: "",
      source: () => ({
        rows: tableRows(table, alias, calledAs),
        from: `${call.from}${call.text} AS ${alias}`,
        where: [],
      }),
    };
  }
  const inner = sql.name("t");
  return {
    before: `WITH ${calledAs} AS (SELECT ${inner}.* FROM ${call.from}${call.text} AS ${inner}) `,
    source: () => {
      const alias = sql.name("t");
      return { rows: givenRows(table, alias, calledAs), from: `${calledAs} AS ${alias}`, where: [] };
    },
  };
}

async function callForValues(called: Called): Promise<ResponseInit> {
  const { rest, request, routine, given } = called;
  const { media } = request;
  const { set, kind } = routine.returns;
  const sql = new SqlBuilder(request.catalog);
  const page = pageOfValues(called);
  const call = callSql(sql, routine, given);
  const column = kind === "nothing" ? `${call.text}::text` : call.text;
  const from = call.from === "" ? "" : ` FROM ${call.from.replace(/, $/, "")}`;
  // Called once, also when its values are counted.
  const before = `WITH ${calledAs} AS (SELECT ${column} AS ${value}${from}) `;
  const inner = `SELECT * FROM ${calledAs}${set ? pageSql(sql, page) : ""}`;
  const total = request.preferences.count === undefined ? undefined : `(SELECT count(*) FROM ${calledAs})`;
  const text = before + valueResultSql(inner, set, { media, total });
  if (media.plan !== undefined) return explain(rest, request, { text, binds: sql.binds, plan: media.plan });
  const row = await runCall(called, { text, binds: sql.binds });
  return callResponse(called, { row, offset: page.offset, names: ["pgrst_scalar"] });
}

/** Values have no columns that could be asked for. */
function pageOfValues({ rest, request, fields }: Called): Stretch {
  const query = readQuery(fields);
  const [filter] = query.filters;
  if (filter?.of.kind === "filter") throw refusals.column(calledAs, filter.of.field.column, undefined);
  return rangeOf(pageIn(query), request.exchange.request, rest.settings.maxRows);
}

/** A call by GET changes nothing: the database sees to that for a function that says nothing of itself. */
async function runCall({ rest, request, routine }: Called, { text, binds }: Pick<Run, "text" | "binds">): Promise<Row> {
  if (mostAffected(request.preferences) !== undefined && !routine.returns.set) throw refusals.maxAffectedCall();
  const asks = request.method === "GET";
  const reads = asks || !routine.volatile;
  const guarded = reads && routine.volatile;
  const check = allChecks(singularCheck(request), affectedCheck(request));
  return runStatement(rest, request, { text, binds, reads, guarded, check });
}

interface CallFound {
  readonly row: Row;
  readonly offset: number;
  readonly names: readonly string[];
}

function callResponse({ rest, request, routine }: Called, { row, offset, names }: CallFound): ResponseInit {
  const rows = Number(row["rows"]);
  const total = row["total"] === null ? undefined : Number(row["total"]);
  const nothing = routine.returns.kind === "nothing";
  const strict = request.preferences.handling === "strict" ? (["max-affected"] as const) : [];
  return toResponse(rest, request, {
    status: nothing ? 204 : statusOfRange(offset, rows, total),
    headers: { "content-range": contentRange(offset, offset + rows - 1, total) },
    body: nothing ? undefined : bodyOf(request, row, names),
    followed: ["count", "tx", "handling", "timezone", ...strict],
    row,
  });
}
