import type { Result, Row, Session, Statement } from "../../engine.ts";
import { onceStatement } from "../../statement.ts";
import { refusals } from "../refusal.ts";
import { quote } from "../sql/builder.ts";
import type { Preferences } from "./preferences.ts";
import type { Rest, RestRequest, TxEnd } from "./rest.ts";

/** How a statement runs. */
export interface Run {
  readonly text: string;
  readonly binds: readonly unknown[];
  /** Whether it changes nothing. */
  readonly reads: boolean;
  /** What must hold of its result, or nothing stays. @throws Refused */
  readonly check?: ((row: Row) => void) | undefined;
  /** Whether the database itself keeps it from changing anything. */
  readonly guarded?: boolean;
}

const statements = {
  begin: onceStatement("BEGIN"),
  beginReading: onceStatement("BEGIN READ ONLY"),
  commit: onceStatement("COMMIT"),
  rollback: onceStatement("ROLLBACK"),
  check: onceStatement("SET CONSTRAINTS ALL IMMEDIATE"),
} as const;

/** Runs a statement of one row, in a transaction of its own where something depends on that. */
export async function runStatement(rest: Rest, request: RestRequest, run: Run): Promise<Row> {
  request.timing?.end("plan");
  try {
    return await send(rest, request, run);
  } finally {
    request.timing?.end("transaction");
  }
}

async function send(rest: Rest, request: RestRequest, run: Run): Promise<Row> {
  const { engine } = rest.database;
  const statement = rest.statement(run.text, run.reads);
  const settings = settingsOf(rest, request);
  const before = rest.settings.preRequest;
  const undone = !run.reads && isUndone(rest.settings.txEnd, request.preferences);
  const checks = run.check !== undefined && !run.reads;
  if (settings.length === 0 && before === undefined && !undone && !checks && run.guarded !== true) {
    const row = firstRow(await engine.run(statement, run.binds));
    run.check?.(row);
    return row;
  }
  return engine.alone((session) =>
    inTransaction(session, { guarded: run.guarded === true, undone }, async () => {
      if (settings.length > 0) await session.run(setting(settings.length), settings.flat());
      if (before !== undefined) await session.run(before, []);
      const row = firstRow(await session.run(statement, run.binds));
      run.check?.(row);
      return row;
    }),
  );
}

function isUndone({ undoes, mayBeOther }: TxEnd, { tx }: Preferences): boolean {
  return mayBeOther && tx !== undefined ? tx === "rollback" : undoes;
}

/** Sets so many settings at once, one after another. */
function setting(count: number): Statement {
  const calls = Array.from({ length: count }, (_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`);
  return onceStatement(`SELECT ${calls.join(", ")}`);
}

interface Transaction {
  readonly guarded: boolean;
  readonly undone: boolean;
}

async function inTransaction<T>(
  session: Session,
  { guarded, undone }: Transaction,
  work: () => Promise<T>,
): Promise<T> {
  await session.run(guarded ? statements.beginReading : statements.begin, []);
  try {
    const result = await work();
    // What a commit would have refused is refused all the same.
    if (undone) await session.run(statements.check, []);
    await session.run(undone ? statements.rollback : statements.commit, []);
    return result;
  } catch (error) {
    // When the connection is gone, so is the transaction; what went wrong first is told.
    await session.run(statements.rollback, []).catch(() => {});
    throw error;
  }
}

function firstRow({ rows }: Result): Row {
  return rows[0] ?? {};
}

/** Settings that hold for the transaction of a request. */
function settingsOf({ settings }: Rest, request: RestRequest): readonly (readonly [string, string])[] {
  const { preferences, schema, caller } = request;
  const zone = preferences.timezone;
  const timezone = zone === undefined ? [] : ([["TimeZone", zone]] as const);
  // Functions find their tables by it; the connection's own begins with public.
  const path = ["search_path", [schema, ...settings.extraPath].map(quote).join(", ")] as const;
  const tells = caller.role !== undefined || settings.preRequest !== undefined || settings.appSettings.length > 0;
  if (!tells) return settings.ownPath && schema === "public" ? timezone : [path, ...timezone];
  // The role comes last: it may be allowed less.
  const role = caller.role === undefined ? [] : ([["role", caller.role]] as const);
  return [path, ...settings.appSettings, ...told(request), ...timezone, ...role];
}

/** What functions may know of a request. */
function told({ exchange: { request }, caller }: RestRequest): readonly (readonly [string, string])[] {
  return [
    ["request.method", request.method],
    ["request.path", request.path],
    ["request.headers", JSON.stringify(request.headers)],
    ["request.cookies", JSON.stringify(request.cookies)],
    ["request.jwt.claims", JSON.stringify({ ...caller.claims, role: caller.role })],
  ];
}

/** A check that exactly one row is there, where one is asked for. */
export function singularCheck(request: RestRequest): ((row: Row) => void) | undefined {
  if (request.media.kind !== "object") return undefined;
  return (row) => {
    const rows = Number(row["rows"]);
    if (rows !== 1) throw refusals.singular(rows);
  };
}

/** A check that no more rows change than the client allows; it holds with strict handling only. */
export function affectedCheck({ preferences }: RestRequest): ((row: Row) => void) | undefined {
  const most = mostAffected(preferences);
  if (most === undefined) return undefined;
  return (row) => {
    const rows = Number(row["rows"]);
    if (rows > most) throw refusals.maxAffected(rows);
  };
}

export function mostAffected(preferences: Preferences): number | undefined {
  const most = preferences["max-affected"];
  return most === undefined || preferences.handling !== "strict" ? undefined : Number(most);
}

/** Both checks; `undefined` when there is none. */
export function allChecks(...checks: readonly (((row: Row) => void) | undefined)[]): ((row: Row) => void) | undefined {
  const there = checks.filter((check) => check !== undefined);
  return there.length === 0 ? undefined : (row) => there.forEach((check) => check(row));
}
