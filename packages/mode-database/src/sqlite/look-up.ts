import type { PageOfTable, Row, Statement } from "../engine.ts";
import type { SqliteSession } from "./session.ts";

const byRowid = /^SEARCH .+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/;
const byIndex = /^SEARCH .+ USING (?:COVERING )?INDEX (\S+) \((.+)\)$/;
const subquery = /^CORRELATED SCALAR SUBQUERY \d+$/;

/** Steps that put together what the others read. */
const around = /^(?:CO-ROUTINE|SCAN) (?:\(subquery-\d+\)|bw_rows)$/;

/** How little a statement does: it reads a row of each of its tables, a page of one of them, or adds a row; or nobody knows. */
export type Reach = "key" | "page" | "row" | "unknown";

/**
 * Whether a statement finds its rows by keys, or in the order of an index, or adds one row, so that it takes microseconds.
 *
 * Source: https://www.sqlite.org/eqp.html
 */
export function reachOf(session: SqliteSession, statement: Statement, binds: number): Reach {
  const { adds } = statement;
  if (adds === undefined) return reachOfRead(session, statement, binds);
  return isPlain(session, adds) && hasLog(session) ? "row" : "unknown";
}

/** A table in which a row sets off nothing else. */
function isPlain(session: SqliteSession, table: string): boolean {
  const { rows } = session.run(
    {
      name: "",
      text: `SELECT count(*) AS tables, (SELECT count(*) FROM sqlite_master t WHERE t.type = 'trigger' AND lower(t.tbl_name) = lower(m.name)) AS triggers
        FROM sqlite_master m WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL %' AND lower(m.name) = lower(?)`,
      reads: true,
    },
    [table],
  );
  return rows[0]?.["tables"] === 1 && rows[0]["triggers"] === 0;
}

/** Only with a log does a row wait for no disk. */
function hasLog(session: SqliteSession): boolean {
  const { rows } = session.run({ name: "", text: "PRAGMA journal_mode", reads: true }, []);
  return rows[0]?.["journal_mode"] === "wal";
}

function reachOfRead(session: SqliteSession, { text, page }: Statement, binds: number): Reach {
  const plan = session.run(
    { name: "", text: `EXPLAIN QUERY PLAN ${text}`, reads: true },
    Array.from({ length: binds }, () => null),
  );
  const [first, ...rest] = plan.rows.map(detailOf).filter((detail) => !around.test(detail));
  if (first === undefined || !rest.every((detail) => subquery.test(detail) || isKeyed(session, detail)))
    return "unknown";
  if (isKeyed(session, first)) return "key";
  return page !== undefined && isInOrder(first, page) ? "page" : "unknown";
}

function detailOf({ detail }: Row): string {
  return String(detail);
}

function isKeyed(session: SqliteSession, detail: string): boolean {
  if (byRowid.test(detail)) return true;
  const [, index, terms = ""] = byIndex.exec(detail) ?? [];
  if (index === undefined) return false;
  const { rows } = session.run(
    {
      name: "",
      text: 'SELECT "unique" AS ok, (SELECT count(*) FROM pragma_index_info(l.name)) AS columns FROM sqlite_master m, pragma_index_list(m.name) l WHERE l.name = ?',
      reads: true,
    },
    [index],
  );
  return rows[0]?.["ok"] === 1 && rows[0]["columns"] === countTerms(terms) && !/[<>]/.test(terms);
}

const inOrder = /^(?:SCAN|SEARCH) \S+(?: USING (?:INTEGER PRIMARY KEY|(?:COVERING )?INDEX \S+))?(?: \((.+)\))?$/;

/** A sort would be another step of the plan. */
function isInOrder(detail: string, { conditions }: PageOfTable): boolean {
  const [, terms = ""] = inOrder.exec(detail) ?? [undefined, "?"];
  return countTerms(terms) === conditions && !terms.includes("ANY(");
}

/** `a=? AND b>?` are two. */
function countTerms(terms: string): number {
  return terms.split("?").length - 1;
}
