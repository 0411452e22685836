import type { Row, Session } from "../engine.ts";
import { declaredType } from "../sqlite/values.ts";
import { toStatement } from "../statement.ts";
import { assembleSchema, textIn } from "./schema.ts";
import type { ColumnFact, DatabaseSchema, KeyFact } from "./schema.ts";

const own = `m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

const columnsQuery = toStatement(
  `SELECT m.name AS "table", m.type AS kind, x.name AS name, x.type AS declared, x."notnull" AS required, x.dflt_value AS value,
     x.pk AS pk, x.hidden AS hidden, (SELECT count(*) FROM pragma_table_xinfo(m.name) p WHERE p.pk > 0) AS pks
   FROM sqlite_master m, pragma_table_xinfo(m.name) x WHERE ${own} AND x.hidden <> 1 ORDER BY m.name, x.cid`,
  true,
);

const uniqueQuery = toStatement(
  `SELECT m.name AS "table", l.name AS key, i.name AS "column" FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
   WHERE ${own} AND l."unique" = 1 AND l.origin <> 'pk' AND l.partial = 0 AND i.name IS NOT NULL ORDER BY m.name, l.name, i.seqno`,
  true,
);

const foreignQuery = toStatement(
  `SELECT m.name AS "table", f.id AS key, f."from" AS "column", f."table" AS other_table, f."to" AS other_column, f.seq AS seq
   FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE ${own} ORDER BY m.name, f.id, f.seq`,
  true,
);

/** Source: https://www.sqlite.org/pragma.html */
export async function readSqlite(session: Session): Promise<DatabaseSchema> {
  const columns = (await session.run(columnsQuery, [])).rows;
  const unique = (await session.run(uniqueQuery, [])).rows;
  const foreign = (await session.run(foreignQuery, [])).rows;
  const primary = columns
    .filter(({ pk }) => Number(pk) > 0)
    .toSorted((one, other) => Number(one["pk"]) - Number(other["pk"]));
  const primaryOf = (table: string): readonly string[] =>
    primary.filter((row) => row["table"] === table).map(({ name }) => String(name));
  return assembleSchema(columns.map(toColumn), [
    ...primary.map((row) => toKey(row, { kind: "primary", key: "primary", column: String(row["name"]) })),
    ...unique.map((row) => toKey(row, { kind: "unique", key: String(row["key"]), column: String(row["column"]) })),
    ...withNames(foreign.map((row) => toForeign(row, primaryOf))),
  ]);
}

function toColumn(row: Row): ColumnFact {
  const declared = String(row["declared"]);
  // The number of a row: it counts up by itself.
  const counts = Number(row["pk"]) > 0 && Number(row["pks"]) === 1 && /^INTEGER$/i.test(declared);
  return {
    table: String(row["table"]),
    kind: row["kind"] === "view" ? "view" : "table",
    name: String(row["name"]),
    type: declaredType(declared),
    declared,
    nullable: Number(row["required"]) === 0 && Number(row["pk"]) === 0,
    hasDefault: row["value"] !== null || counts,
    generated: Number(row["hidden"]) >= 2,
  };
}

function toKey(row: Row, key: Omit<KeyFact, "table">): KeyFact {
  return { table: String(row["table"]), ...key };
}

/** A reference that names no column means the primary key. */
function toForeign(row: Row, primaryOf: (table: string) => readonly string[]): KeyFact {
  const otherTable = String(row["other_table"]);
  const named = textIn(row, "other_column");
  const otherColumn = named ?? primaryOf(otherTable)[Number(row["seq"])];
  return toKey(row, {
    kind: "foreign",
    key: String(row["key"]),
    column: String(row["column"]),
    otherTable,
    otherColumn,
  });
}

/** SQLite does not tell what a foreign key is called: it is called as PostgreSQL would. */
function withNames(facts: readonly KeyFact[]): readonly KeyFact[] {
  const columnsOf = ({ table, key }: KeyFact): readonly string[] =>
    facts.filter((fact) => fact.table === table && fact.key === key).map(({ column }) => column);
  return facts.map((fact) => ({ ...fact, key: [fact.table, ...columnsOf(fact), "fkey"].join("_") }));
}
