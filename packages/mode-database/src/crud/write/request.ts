import type { ResponseInit } from "@backworks/core";
import {
  answersRows,
  answerWritten,
  checkQuery,
  createRepresentation,
  parsePreferences,
  parseQuery,
} from "@backworks/core/query";
import type { CheckedQuery, Preferences, QuerySyntax, Representation, Row, WriteOutcome } from "@backworks/core/query";
import { denied, refuse } from "../access.ts";
import type { Call } from "../call.ts";
import type { Key } from "../keys.ts";
import { checkReading, isEmpty, readWhole, tagOf, versionOf } from "../read.ts";
import { restrict } from "../restrict.ts";
import type { Need } from "../restrict.ts";
import { inOrder, shapeOfKeys, shownOf } from "../selections.ts";
import type { Grant, View } from "../view.ts";
import { explainWrite } from "./refusal.ts";
import { advanceKey } from "./sequence.ts";
import type { Ended, Run, TransactOptions } from "./transact.ts";
import { transact } from "./transact.ts";

/** A request that writes, looked up and checked. */
export interface WriteRequest {
  readonly call: Call;
  readonly syntax: QuerySyntax;
  readonly preferences: Preferences;
  /** What may be written to the collection. */
  readonly grant: Grant;
  /** What its rows are answered with, and by its filters which they are. */
  readonly query: CheckedQuery;
  /** What rows must have that may be changed. */
  readonly demands: readonly Need[];
}

/** @throws BW_ACCESS_IDENTITY, BW_ACCESS_DENIED, BW_QUERY_INVALID, … */
export function readWrite(call: Call): WriteRequest {
  const { exchange, view, collection } = call;
  const grant = view.grants.get(view.table.name);
  if (grant?.rule === undefined) throw refuse(exchange, { collection: collection.name, action: "write" });
  const preferences = parsePreferences(exchange.request.headers["prefer"]);
  const { query: fields } = exchange.request;
  const asked = isEmpty(fields) ? undefined : parseQuery(fields);
  if (preferences.return === "representation") checkReading(call);
  const { syntax, query } = asked === undefined ? plainOf(view) : checked(asked, view);
  const demands = grant.rule.where.map(({ column, wanted }) => ({ column, value: wanted(exchange) }));
  return { call, syntax, preferences, grant, query, demands };
}

type Asked = Pick<WriteRequest, "syntax" | "query">;

function checked(syntax: QuerySyntax, { reads, table }: View): Asked {
  return { syntax, query: checkQuery(syntax, { schema: reads, table: table.name }) };
}

const plain = new WeakMap<View, Asked>();

/** What a request without parameters asks: most are, and it is the same for all of them. */
function plainOf(view: View): Asked {
  const known = plain.get(view) ?? checked(parseQuery({}), view);
  plain.set(view, known);
  return known;
}

/** A write to rows that are there: who may not see rows cannot say which ones are meant. @throws BW_ACCESS_IDENTITY, BW_ACCESS_DENIED, … */
export function readChange(call: Call): WriteRequest {
  checkReading(call);
  return readWrite(call);
}

/** The request's query for the rows that it may change. */
export function changeable({ call, demands }: WriteRequest, query: CheckedQuery): CheckedQuery {
  return restrict(query, { ...call, needs: [...call.needs, ...demands] });
}

/** What was done, with the rows it was done to. */
export interface Done extends Omit<WriteOutcome, "count" | "etag"> {
  readonly keys: readonly Key[];
  /** The answer's rows where they are gone by then. */
  readonly shown?: Shown | undefined;
}

/** How a write runs. */
export interface WriteRun extends TransactOptions {
  readonly removes?: boolean;
  /** Whether one statement does it all, so that there is nothing to keep together. @defaultValue false */
  readonly atOnce?: boolean;
  /** The one row that it stores, for messages. */
  readonly row?: Row | undefined;
}

/** Does all of a write and answers it; with an error or with `tx=rollback` nothing of it stays. */
export async function answerWrite(
  write: WriteRequest,
  options: WriteRun,
  work: (run: Run, locks: boolean) => Promise<Done>,
): Promise<ResponseInit> {
  const { call } = write;
  const { database } = call.collection;
  try {
    return await attempt(write, options, work).catch(async (error: unknown) => {
      if (!(await advanceKey(database, call.view.full, error))) throw error;
      return attempt(write, options, work);
    });
  } catch (error) {
    const { removes = false, row } = options;
    throw await explainWrite(error, { database, table: call.view.table, removes, row });
  }
}

function attempt(
  write: WriteRequest,
  options: WriteRun,
  work: (run: Run, locks: boolean) => Promise<Done>,
): Promise<ResponseInit> {
  const { database } = write.call.collection;
  if (options.atOnce === true) return answerAtOnce(write, work);
  return transact(database, options, async (run, locks): Promise<Ended<ResponseInit>> => {
    const done = await work(run, locks);
    return { value: await answer(write, done, run), keep: write.preferences.tx !== "rollback" };
  });
}

async function answerAtOnce(
  write: WriteRequest,
  work: (run: Run, locks: boolean) => Promise<Done>,
): Promise<ResponseInit> {
  const { engine } = write.call.collection.database;
  const run: Run = async (statement, binds) => engine.run(statement, binds);
  return answer(write, await work(run, false), run);
}

/**
 * Whether a write to one row may be a single statement: nothing is asked of the row first, nothing of the answer can fail, and no replica may be
 * asked that does not have it yet.
 */
export function isSimple(
  { call, preferences, syntax, demands, query }: WriteRequest,
  otherwise: Done["otherwise"],
): boolean {
  const { collection, exchange, view, needs } = call;
  const { headers } = exchange.request;
  const asks = headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
  if (asks || collection.options.require_if_match === true || preferences.tx === "rollback") return false;
  if (syntax.filters.length + demands.length + needs.length > 0 || view.rules.size > 0) return false;
  if (collection.database.options.replicas !== undefined) return false;
  return (
    isWhole(query) ||
    !answersRows(preferences, { status: 200, count: 1, single: true, ...readable(call, { otherwise }) })
  );
}

async function answer(write: WriteRequest, { keys, shown, ...done }: Done, run: Run): Promise<ResponseInit> {
  const { call, preferences } = write;
  const outcome: WriteOutcome = { ...done, ...readable(call, done), count: keys.length };
  const { request } = call.exchange;
  if (!answersRows(preferences, outcome)) return answerWritten(request, outcome, { preferences, rows: [] });
  const { rows, etag, sent } = shown ?? (await showRows(write, { keys, single: done.single }, run));
  const wrap = call.collection.options.transform;
  if (done.single && rows.length === 0) return answerUnseen(write, outcome);
  return answerWritten(request, { ...outcome, etag }, { preferences, rows, sent, wrap });
}

/** A row that its writer may not read. @throws BW_ACCESS_DENIED when the request insists */
function answerUnseen({ call, preferences }: WriteRequest, outcome: WriteOutcome): ResponseInit {
  if (preferences.return !== undefined) throw denied(call.collection.name, "the row may not be read");
  return answerWritten(call.exchange.request, { ...outcome, otherwise: "minimal" }, { preferences, rows: [] });
}

/** Whoever may read nothing is told nothing. */
function readable({ view }: Call, { otherwise }: Pick<Done, "otherwise">): Pick<Done, "otherwise"> {
  return { otherwise: view.read === undefined ? "minimal" : otherwise };
}

/** Rows as they are answered. */
export interface Shown {
  readonly rows: readonly Row[];
  /** Validator of the one row. */
  readonly etag: string | undefined;
  /** The one row as it is sent, where it is known. */
  readonly sent?: Representation | undefined;
}

/** Whether the answer has rows at all. */
export function isShown({ call, preferences }: WriteRequest, otherwise: Done["otherwise"]): boolean {
  const outcome = { status: 200, count: 0, single: false, ...readable(call, { otherwise }) };
  return answersRows(preferences, outcome);
}

/** Rows as `select` wants them, in the order of their keys. */
export async function showRows(
  { call, query }: WriteRequest,
  { keys, single }: { readonly keys: readonly Key[]; readonly single: boolean },
  run: Run,
): Promise<Shown> {
  if (keys.length === 0) return { rows: [], etag: undefined };
  const [only] = single ? keys : [];
  const whole = only && (await readWhole(call, only, { run }));
  if (whole && isWhole(query)) {
    const object = shownOf(whole);
    const sent = createRepresentation(object);
    return { rows: [object], etag: (versionOf(call, whole) ?? sent).etag, sent };
  }
  const etag = whole && tagOf(call, whole).etag;
  const { view, reader } = call;
  const shaped = restrict(shapeOfKeys(query, view, keys), call);
  const { rows } = await reader.read(shaped, { run });
  return { rows: query.shape.grouped ? rows : inOrder(view, rows, keys), etag };
}

function isWhole({ shape }: CheckedQuery): boolean {
  return shape.embeds.length === 0 && shape.outputs.length === 1 && shape.outputs[0]?.kind === "star";
}
