import type { ScalarName, ValueType } from "@backworks/core/query";
import type { Row, Session } from "../engine.ts";
import { mysql } from "../mysql/dialect.ts";
import { toStatement } from "../statement.ts";
import { assembleSchema, textIn, toKeyFacts } from "./schema.ts";
import type { ColumnFact, DatabaseSchema, KeyFact, NumberRoom } from "./schema.ts";

const columnsQuery = toStatement(
  `SELECT c.TABLE_NAME AS \`table\`, t.TABLE_TYPE AS kind, c.COLUMN_NAME AS name, c.COLUMN_TYPE AS declared, c.DATA_TYPE AS type,
     c.IS_NULLABLE AS nullable, c.COLUMN_DEFAULT AS value, c.EXTRA AS extra, c.COLUMN_COMMENT AS comment, c.CHARACTER_SET_NAME AS charset
   FROM information_schema.COLUMNS c JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
   WHERE c.TABLE_SCHEMA = DATABASE() ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
  true,
);

const keysQuery = toStatement(
  `SELECT k.TABLE_NAME AS \`table\`, k.CONSTRAINT_NAME AS \`key\`, t.CONSTRAINT_TYPE AS kind, k.COLUMN_NAME AS \`column\`,
     k.REFERENCED_TABLE_NAME AS other_table, k.REFERENCED_COLUMN_NAME AS other_column
   FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.TABLE_CONSTRAINTS t
     ON t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND t.TABLE_NAME = k.TABLE_NAME AND t.CONSTRAINT_NAME = k.CONSTRAINT_NAME
   WHERE k.TABLE_SCHEMA = DATABASE() ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`,
  true,
);

/** MariaDB keeps JSON as a text with this check. */
const jsonQuery = toStatement(
  `SELECT TABLE_NAME AS \`table\`, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS
   WHERE CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE LIKE 'json\\_valid(%'`,
  true,
);

/** Source: https://mariadb.com/kb/en/information-schema/ */
export async function readMysql(session: Session): Promise<DatabaseSchema> {
  const columns = await session.run(columnsQuery, []);
  const keys = await session.run(keysQuery, []);
  const structured = await readStructured(session);
  return assembleSchema(
    columns.rows.map((row) => toColumn(row, structured)),
    toKeyFacts(keys.rows, keyKinds),
  );
}

/** `table.column` of each column that holds JSON. MySQL tells no table with its checks, and needs none: it has a type for it. */
async function readStructured(session: Session): Promise<ReadonlySet<string>> {
  try {
    const { rows } = await session.run(jsonQuery, []);
    return new Set(rows.map(({ table, clause }) => `${String(table)}.${/`(.+)`/.exec(String(clause))?.[1] ?? ""}`));
  } catch (error) {
    if (mysql.explain(error).kind === "statement") return new Set();
    throw error;
  }
}

function toColumn(row: Row, structured: ReadonlySet<string>): ColumnFact {
  const [table, name, declared, extra] = [row["table"], row["name"], row["declared"], row["extra"]].map(String) as [
    string,
    string,
    string,
    string,
  ];
  const nullable = row["nullable"] === "YES";
  return {
    table,
    kind: row["kind"] === "VIEW" ? "view" : "table",
    name,
    type: typeOf(declared, { ...row, structured: structured.has(`${table}.${name}`) }),
    declared,
    room: roomOf(declared),
    length: lengthOf(declared),
    charset: textIn(row, "charset"),
    makesUuid: /^uuid\(\)$/i.test(String(row["value"])),
    nullable,
    hasDefault: (row["value"] !== null && (row["value"] !== "NULL" || !nullable)) || extra.includes("auto_increment"),
    generated: /GENERATED/.test(extra) && !/DEFAULT_GENERATED/.test(extra),
  };
}

const bits: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };

/** `int(10) unsigned` */
function roomOf(declared: string): NumberRoom | undefined {
  const size = bits[/^\w+/.exec(declared)?.[0] ?? ""];
  return size === undefined ? undefined : { bits: size, signed: !/\bunsigned\b/.test(declared) };
}

/** `varchar(255)` */
function lengthOf(declared: string): number | undefined {
  const [, length] = /^(?:var)?char\((\d+)\)/.exec(declared) ?? [];
  return length === undefined ? undefined : Number(length);
}

/** A list is JSON whose comment says what its elements are: `text[]`. */
function typeOf(declared: string, { structured, type, comment }: Row): ValueType {
  const isJson = structured === true || type === "json";
  const [, element] = /^(\w+)\[\]$/.exec(String(comment)) ?? [];
  const of = scalarOf(element ?? "", element ?? "");
  if (isJson) return element === undefined || of === undefined ? { name: "json" } : { name: "list", of };
  return { name: scalarOf(declared, String(type)) ?? "text" };
}

function scalarOf(declared: string, type: string): ScalarName | undefined {
  if (/^(?:tinyint\(1\)|bit\(1\)|boolean$)/.test(declared)) return "boolean";
  return types.find(([names]) => names.test(type))?.[1];
}

const types: readonly (readonly [RegExp, ScalarName])[] = [
  [/^(?:tinyint|smallint|mediumint|int|integer|bigint|year)$/, "integer"],
  [/^decimal$/, "decimal"],
  [/^(?:float|double)$/, "number"],
  [/^(?:varchar|char|text|tinytext|mediumtext|longtext|enum|set)$/, "text"],
  [/^date$/, "date"],
  [/^time$/, "time"],
  [/^(?:datetime|timestamp)$/, "timestamp"],
  [/^json$/, "json"],
  [/^uuid$/, "uuid"],
  [/^(?:binary|varbinary|blob|tinyblob|mediumblob|longblob|bit)$/, "bytes"],
];

const keyKinds: Readonly<Record<string, KeyFact["kind"]>> = {
  "PRIMARY KEY": "primary",
  UNIQUE: "unique",
  "FOREIGN KEY": "foreign",
};
