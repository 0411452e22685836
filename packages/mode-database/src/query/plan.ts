import type { JsonValue, MaybePromise } from "@backworks/core";
import type { ParameterValue, Row, Selection } from "@backworks/core/query";
import { signatureOf, writeCursor } from "@backworks/core/query";
import type { Result, Statement } from "../engine.ts";
import { Reading } from "./reading.ts";
import type { BoundStatement, SelectionStatements, StatementSource } from "./statements.ts";
import { writeStatements } from "./statements.ts";

/** What runs statements: an open database, or one connection of it. */
export interface Runner {
  run(statement: Statement, binds: readonly unknown[], signal?: AbortSignal): MaybePromise<Result>;
}

/** How the rows that fit are counted. `planned` and `estimated` are the database's guess, where it makes one. */
export type Counting = "exact" | "planned" | "estimated";

export interface RunOptions {
  /** Rows are not counted when left out. */
  readonly count?: Counting | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a query found. */
export interface SqlResult {
  /** Objects of the answer, those of the page. */
  readonly rows: readonly Row[];
  /** Rows, or groups, that fit, whatever the page; `undefined` when nobody counted and the page does not tell. */
  readonly total: number | undefined;
  /** Leads to the next page of keyset pages; `undefined` on the last one and without them. */
  readonly next: string | undefined;
}

/** A shape that was compiled: it runs again and again, each time with values of its own. */
export interface SqlPlan {
  /** Runs the query; what the database has at once makes no promise. */
  run(runner: Runner, values: readonly ParameterValue[], options?: RunOptions): MaybePromise<SqlResult>;
}

/** @throws BW_QUERY_UNSUPPORTED for what the database has no words for */
export function compilePlan(selection: Selection, source: StatementSource): SqlPlan {
  const statements = writeStatements(selection, source);
  const planned = source.dialect.planned;
  return {
    run(runner, values, { count, signal } = {}) {
      return andThen(ask(runner, statements.page, { values, signal }), (result) => {
        const page = readPage(result, { selection, statements, values });
        if (count === undefined || page.total !== undefined) return page;
        return counted(page, { runner, values, signal, count, statements, rowsOf: planned?.rowsOf });
      });
    },
  };
}

interface Asking {
  readonly values: readonly ParameterValue[];
  readonly signal: AbortSignal | undefined;
}

function ask(runner: Runner, { statement, binds }: BoundStatement, { values, signal }: Asking): MaybePromise<Result> {
  return runner.run(
    statement,
    binds.map(({ read }) => read(values)),
    signal,
  );
}

interface PageSource {
  readonly selection: Selection;
  readonly statements: SelectionStatements;
  readonly values: readonly ParameterValue[];
}

function readPage(result: Result, { selection, statements, values }: PageSource): SqlResult {
  const limit = numberOf(values, selection.limit);
  const offset = numberOf(values, selection.offset) ?? 0;
  const found = listsOf(result.rows);
  const more = limit !== undefined && found.length > limit;
  const lists = more ? found.slice(0, limit) : found;
  const reading = new Reading(values);
  const rows = lists.map((list) => statements.read(list, reading));
  // A page that ends tells how many there are, unless it began behind the last one or after another.
  const known = !more && selection.after === undefined && (offset === 0 || rows.length > 0);
  return {
    rows,
    total: known ? offset + rows.length : undefined,
    next: more ? nextOf(selection, statements, { last: lists.at(-1), reading }) : undefined,
  };
}

function numberOf(values: readonly ParameterValue[], parameter: Selection["limit"]): number | undefined {
  return parameter === undefined ? undefined : Number(values[parameter.parameter]);
}

/** Rows as lists of values: all of them are one text to parse. */
function listsOf(rows: Result["rows"]): readonly (readonly JsonValue[])[] {
  const texts = rows.map(({ j }) => j);
  // What a row has is a list, as JSON or already read by the driver; of no rows put together there is nothing.
  if (texts.some((text) => typeof text !== "string")) return texts.filter((list) => list !== null) as JsonValue[][];
  return JSON.parse(`[${texts.join(",")}]`) as JsonValue[][];
}

function nextOf(
  { order }: Selection,
  { cursor }: SelectionStatements,
  { last, reading }: { readonly last: readonly JsonValue[] | undefined; readonly reading: Reading },
): string | undefined {
  if (cursor === undefined || last === undefined) return undefined;
  const values = cursor.map(({ place, decode }) => {
    const value = last[place] ?? null;
    return decode === undefined ? value : decode(value, reading);
  });
  return writeCursor(signatureOf(order), values);
}

interface CountSource extends Asking {
  readonly runner: Runner;
  readonly count: Counting;
  readonly statements: SelectionStatements;
  readonly rowsOf: ((row: Result["rows"][number]) => number) | undefined;
}

/** Rows from which on an estimate is the database's guess. */
const estimatedFrom = 1000;

function counted(page: SqlResult, source: CountSource): MaybePromise<SqlResult> {
  const { count, statements, rowsOf } = source;
  const { planned, count: exact } = statements;
  // What is put together by nothing is one.
  if (exact === undefined) return { ...page, total: 1 };
  const all = (): MaybePromise<SqlResult> =>
    andThen(ask(source.runner, exact, source), ({ rows }) => ({ ...page, total: Number(rows[0]?.["n"] ?? 0) }));
  if (count === "exact" || planned === undefined || rowsOf === undefined) return all();
  return andThen(ask(source.runner, planned, source), ({ rows: [row] }) => {
    const expected = row === undefined ? 0 : rowsOf(row);
    return count === "planned" || expected >= estimatedFrom ? { ...page, total: expected } : all();
  });
}

function andThen<T>(found: MaybePromise<Result>, finish: (result: Result) => MaybePromise<T>): MaybePromise<T> {
  return found instanceof Promise ? found.then((result) => finish(result)) : finish(found);
}
