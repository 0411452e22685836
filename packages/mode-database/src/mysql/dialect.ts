import type { Dialect, Fault } from "../dialect.ts";
import { mysqlLexicon } from "../sql/lexicon.ts";

/** MySQL and MariaDB. */
export const mysql: Dialect = {
  name: "mysql",
  lexicon: mysqlLexicon,
  placeholder: () => "?",
  quote: (name) => `\`${name.replaceAll("`", "``")}\``,
  explain,
};

interface ServerError {
  readonly errno?: number;
  readonly code?: string;
  readonly message?: string;
  readonly fatal?: boolean;
}

/** Source: MySQL 8.0 error message reference, and https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const kinds: ReadonlyMap<number, Fault["kind"]> = new Map([
  [1062, "unique"],
  [1451, "referenced"],
  [1452, "foreign key"],
  [1048, "not null"],
  [1364, "not null"],
  [3819, "check"],
  [4025, "check"],
  [1264, "value"],
  [1265, "value"],
  [1292, "value"],
  [1366, "value"],
  [1406, "value"],
  [1411, "value"],
  [1525, "value"],
  [3140, "value"],
  [1139, "expression"],
  [3691, "expression"],
  [3692, "expression"],
  [1969, "timeout"],
  [3024, "timeout"],
  [1205, "busy"],
  [1213, "busy"],
  [1290, "read only"],
  [1792, "read only"],
  [1836, "read only"],
  [1021, "full"],
  [1114, "full"],
  [1053, "lost"],
  [1317, "lost"],
  [1927, "lost"],
  [1243, "stale"],
]);

function explain(error: unknown): Fault {
  if (typeof error !== "object" || error === null) return { kind: "statement" };
  // An object; whatever it has is looked at one by one.
  const { errno = 0, code = "", message = "", fatal = false } = error as ServerError;
  const kind = kinds.get(errno) ?? (isLost(code, fatal, message) ? "lost" : "statement");
  return { kind, columns: columnsOf(message), constraint: constraintOf(message) };
}

function isLost(code: string, fatal: boolean, message: string): boolean {
  return fatal || /^(?:E[A-Z]+|PROTOCOL_\w+)$/.test(code) || /closed state|closed connection/.test(message);
}

/** `Column 'name' cannot be null`, `Field 'name' doesn't have a default value`, `… for column 'name' at row 1`. */
function columnsOf(message: string): readonly string[] {
  const [, foreign] = /FOREIGN KEY \((.+?)\) REFERENCES/.exec(message) ?? [];
  if (foreign !== undefined) return foreign.split(", ").map((name) => name.replaceAll("`", ""));
  const [, path, plain] = /[Cc]olumn ((?:`(?:[^`]|``)*`\.?)+)|(?:[Cc]olumn|^Field) '([^']+)'/.exec(message) ?? [];
  const quoted = path?.match(/`(?:[^`]|``)*`/g)?.at(-1);
  const name = quoted?.slice(1, -1).replaceAll("``", "`") ?? plain;
  return name === undefined ? [] : [name];
}

function constraintOf(message: string): string | undefined {
  return /for key '(?:[^'.]+\.)?([^']+)'|CONSTRAINT `([^`]+)`/
    .exec(message)
    ?.slice(1)
    .find((name) => name !== undefined);
}
