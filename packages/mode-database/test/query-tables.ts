import type { JsonValue } from "@backworks/core";
import type { DialectName } from "../src/dialect.ts";
import type { DatabaseSchema, DatabaseTable } from "../src/schema/schema.ts";
import type { OwnDatabase } from "./open-database.ts";
import { world } from "./query-corpus.ts";

type TableData = (typeof world)[string];

/** A column that nobody gave a type is nothing a database has. */
export const tables: readonly (readonly [string, TableData])[] = Object.entries(world).filter(
  ([name]) => name !== "loose",
);

const types: Readonly<Record<DialectName, Readonly<Record<string, string>>>> = {
  postgresql: {
    integer: "integer",
    text: "text",
    boolean: "boolean",
    date: "date",
    json: "jsonb",
    "text[]": "text[]",
    number: "double precision",
    decimal: "decimal(10,2)",
    timestamp: "timestamptz",
    "integer range": "int4range",
  },
  mysql: {
    integer: "integer",
    text: "varchar(200)",
    boolean: "boolean",
    date: "date",
    json: "json",
    "text[]": "json COMMENT 'text[]'",
    number: "double precision",
    decimal: "decimal(10,2)",
    timestamp: "datetime(6)",
    "integer range": "varchar(50)",
  },
  sqlite: {
    integer: "INTEGER",
    text: "TEXT",
    boolean: "BOOLEAN",
    date: "DATE",
    json: "JSON",
    "text[]": "TEXT[]",
    number: "DOUBLE PRECISION",
    decimal: "DECIMAL(10,2)",
    timestamp: "DATETIME",
    "integer range": "TEXT",
  },
};

/** Makes the tables of the corpus with their rows. */
export async function makeQueryTables(database: OwnDatabase): Promise<void> {
  const { dialect } = database.engine;
  for (const [name, data] of tables) {
    await database.query(createSql(name, data, dialect));
    for (const row of data.rows) {
      const names = Object.keys(data.columns);
      const places = names.map((_name, index) => `$${index + 1}`).join(", ");
      await database.query(
        `INSERT INTO ${dialect.quote(name)} (${names.map(dialect.quote).join(", ")}) VALUES (${places})`,
        names.map((column) => bindOf(row[column] ?? null, data.columns[column] ?? "", dialect.name)),
      );
    }
  }
}

function createSql(table: string, data: TableData, { quote, name: dialect }: OwnDatabase["engine"]["dialect"]): string {
  const columns = Object.entries(data.columns).map(([name, word]) => {
    const [type = "", comment] = (types[dialect][word.replace("?", "")] ?? "").split(/ (?=COMMENT)/);
    return `${quote(name)} ${type}${word.endsWith("?") ? "" : " NOT NULL"}${comment === undefined ? "" : ` ${comment}`}`;
  });
  const list = (names: readonly string[]): string => names.map(quote).join(", ");
  const keys = (data.foreignKeys ?? []).map(
    ({ name, columns: own, target, targetColumns }) =>
      `CONSTRAINT ${quote(name)} FOREIGN KEY (${list(own)}) REFERENCES ${quote(target)} (${list(targetColumns)})`,
  );
  return `CREATE TABLE ${quote(table)} (${[...columns, `PRIMARY KEY (${list(data.primaryKey)})`, ...keys].join(", ")})`;
}

function bindOf(value: JsonValue, word: string, dialect: DialectName): unknown {
  if (value === null) return null;
  if (word.startsWith("json") || (word.startsWith("text[]") && dialect !== "postgresql")) return JSON.stringify(value);
  if (word.startsWith("timestamp") && dialect === "mysql" && typeof value === "string")
    return value.replace("T", " ").replace("Z", "");
  return value;
}

/** The schema that was read, with what a mock knows and a database does not: what a table calls the rows that lead to it. */
export function withInverses(schema: DatabaseSchema): DatabaseSchema {
  const named = (table: DatabaseTable | undefined): DatabaseTable | undefined => {
    const known = world[table?.name ?? ""]?.foreignKeys ?? [];
    if (table === undefined) return undefined;
    const inverseOf = (name: string): string | undefined => known.find((key) => key.name === name)?.inverse;
    return { ...table, foreignKeys: table.foreignKeys.map((key) => ({ ...key, inverse: inverseOf(key.name) })) };
  };
  return { names: schema.names, table: (name) => named(schema.table(name)) };
}
