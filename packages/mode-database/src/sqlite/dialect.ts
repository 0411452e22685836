import type { Dialect, Fault } from "../dialect.ts";
import { sqliteLexicon } from "../sql/lexicon.ts";

export const sqlite: Dialect = {
  name: "sqlite",
  lexicon: sqliteLexicon,
  placeholder: () => "?",
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  explain,
};

/** Source: https://www.sqlite.org/rescode.html */
const kinds: ReadonlyMap<number, Fault["kind"]> = new Map([
  [5, "busy"],
  [6, "busy"],
  [8, "read only"],
  [9, "timeout"],
  [13, "full"],
  [14, "lost"],
  [10, "lost"],
  [275, "check"],
  [787, "foreign key"],
  [1299, "not null"],
  [1555, "unique"],
  [2067, "unique"],
  [2579, "unique"],
  [3091, "value"],
  [20, "value"],
]);

function explain(error: unknown): Fault {
  if (typeof error !== "object" || error === null) return { kind: "statement" };
  const code = numberOf(error);
  // An object; what it says is looked at.
  const { message = "", lost = false } = error as { readonly message?: string; readonly lost?: boolean };
  if (lost) return { kind: "lost" };
  return { kind: kinds.get(code) ?? kinds.get(code % 256) ?? "statement", columns: columnsOf(message) };
}

/** The extended result code: libsql has `rawCode`, Node `errcode`. */
export function numberOf(error: object): number {
  const { rawCode, errcode, code } = error as { rawCode?: number; errcode?: number; code?: unknown };
  return rawCode ?? errcode ?? (typeof code === "string" ? named.get(code) : undefined) ?? 1;
}

/** Of better-sqlite3, which tells names only. */
const named: ReadonlyMap<string, number> = new Map([
  ["SQLITE_BUSY", 5],
  ["SQLITE_LOCKED", 6],
  ["SQLITE_READONLY", 8],
  ["SQLITE_IOERR", 10],
  ["SQLITE_FULL", 13],
  ["SQLITE_CANTOPEN", 14],
  ["SQLITE_MISMATCH", 20],
  ["SQLITE_CONSTRAINT_CHECK", 275],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", 787],
  ["SQLITE_CONSTRAINT_NOTNULL", 1299],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", 1555],
  ["SQLITE_CONSTRAINT_UNIQUE", 2067],
  ["SQLITE_CONSTRAINT_DATATYPE", 3091],
]);

/** `UNIQUE constraint failed: users.email, users.tenant`. */
function columnsOf(message: string): readonly string[] {
  const [, list] = /^(?:UNIQUE|NOT NULL) constraint failed: (.+)$/.exec(message) ?? [];
  return list === undefined ? [] : list.split(", ").map((name) => name.split(".").at(-1) ?? name);
}
