import type { SqliteSession } from "./session.ts";

const byRowid = /^SEARCH .+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/;
const byIndex = /^SEARCH .+ USING (?:COVERING )?INDEX (\S+) \((.+)\)$/;

/**
 * Whether a statement finds at most one row of each of its tables by a key, so that it takes microseconds.
 *
 * Source: https://www.sqlite.org/eqp.html
 */
export function isLookUp(session: SqliteSession, text: string, binds: number): boolean {
  const plan = session.run(
    { name: "", text: `EXPLAIN QUERY PLAN ${text}`, reads: true },
    Array.from({ length: binds }, () => null),
  );
  return plan.rows.length > 0 && plan.rows.every(({ detail }) => isKeyed(session, String(detail)));
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
  return rows[0]?.["ok"] === 1 && rows[0]["columns"] === terms.split(/=\?(?: AND )?/).length - 1 && !/[<>]/.test(terms);
}
