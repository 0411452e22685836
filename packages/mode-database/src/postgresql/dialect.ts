import type { Dialect, Fault } from "../dialect.ts";
import { postgresqlLexicon } from "../sql/lexicon.ts";

export const postgresql: Dialect = {
  name: "postgresql",
  lexicon: postgresqlLexicon,
  placeholder: (position) => `$${position}`,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  explain,
};

/** What the server tells with an error. Source: PostgreSQL 15 documentation, 55.8 Error and Notice Message Fields. */
interface ServerError {
  readonly code?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** Source: PostgreSQL 15 documentation, Appendix A. Error Codes. */
function explain(error: unknown): Fault {
  if (typeof error !== "object" || error === null) return { kind: "statement" };
  // An object; whatever it has is looked at one by one.
  const { code = "", message = "", detail = "", column, constraint } = error as ServerError;
  const columns = column === undefined ? keyColumns(detail) : [column];
  const kind = kindOf(code, message, detail);
  return { kind, columns, constraint };
}

const kinds: ReadonlyMap<string, Fault["kind"]> = new Map([
  ["23505", "unique"],
  ["23P01", "unique"],
  ["23502", "not null"],
  ["23514", "check"],
  ["2201B", "expression"],
  ["57014", "timeout"],
  ["40001", "busy"],
  ["40P01", "busy"],
  ["55P03", "busy"],
  ["25006", "read only"],
  ["53100", "full"],
]);

function kindOf(code: string, message: string, detail: string): Fault["kind"] {
  const known = kinds.get(code);
  if (known !== undefined) return known;
  if (code === "23503") return /still referenced/.test(detail) ? "referenced" : "foreign key";
  if (isStale(code, message)) return "stale";
  // The words of a search, and the language it is in.
  if (/^42(?:601|704)$/.test(code) && /tsquery|tsvector|text search configuration/.test(message)) return "expression";
  if (code.startsWith("22")) return "value";
  return isLost(code, message) ? "lost" : "statement";
}

/** What it prepared is of no use; or it was prepared by another session, as a balancer between may do. */
function isStale(code: string, message: string): boolean {
  return code === "26000" || (code === "0A000" && message.includes("cached plan"));
}

function isLost(code: string, message: string): boolean {
  if (/^(08|57P0)/.test(code) || /^E[A-Z]+$/.test(code)) return true;
  return code === "" && /connection|terminated|not queryable|socket/i.test(message);
}

/** `Key (email, tenant)=(…) already exists.` */
function keyColumns(detail: string): readonly string[] {
  const [, names] = /^Key \((.+?)\)=\(/.exec(detail) ?? [];
  return names === undefined ? [] : names.split(", ").map((name) => name.replace(/^"|"$/g, ""));
}
