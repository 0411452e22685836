import type { ColumnCheck } from "@backworks/core";
import type { Dialect, DialectName } from "../dialect.ts";

/** What a column's values must be, as a table says it. */
export function checkSql(dialect: Dialect, column: string, check: ColumnCheck): readonly string[] {
  const name = dialect.quote(column);
  const length = `${lengthOf[dialect.name]}(${name})`;
  const limits = [
    [name, ">=", check.minimum],
    [name, "<=", check.maximum],
    [name, ">", check.above],
    [name, "<", check.below],
    [length, ">=", check.minLength],
    [length, "<=", check.maxLength],
  ] as const;
  const predicates = limits.flatMap(([what, operator, limit]) =>
    limit === undefined ? [] : [`${what} ${operator} ${limit}`],
  );
  return check.among === undefined
    ? predicates
    : [...predicates, `${name} in (${check.among.map(literal).join(", ")})`];
}

/** Characters, not bytes. */
const lengthOf: Readonly<Record<DialectName, string>> = {
  postgresql: "char_length",
  mysql: "char_length",
  sqlite: "length",
};

/** A value of a schema: databases do not agree on what a backslash is, so nobody hands one here. */
function literal(value: string | number): string {
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
