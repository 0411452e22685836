import type { ScalarName, ValueType } from "@backworks/core/query";
import type { Row, Session } from "../engine.ts";
import { toStatement } from "../statement.ts";
import { assembleSchema, toKeyFacts } from "./schema.ts";
import type { ColumnFact, DatabaseSchema, KeyFact, NumberRoom } from "./schema.ts";

/** Tables and views that a bare name finds, temporary ones left out. */
const relations = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE pg_table_is_visible(c.oid) AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relpersistence <> 't'`;

/** Locales in which the order of texts is that of their bytes. */
const byBytes = `IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')`;

const columnsQuery = toStatement(
  `SELECT c.relname AS "table", c.relkind::text AS kind, a.attname AS name, b.typname AS base, b.typtype::text AS sort,
     coalesce(e.typname, s.typname) AS of, b.typcategory::text AS category,
     CASE WHEN b.typname IN ('varchar', 'bpchar') THEN nullif(greatest(a.atttypmod, t.typtypmod), -1) - 4 END AS length,
     NOT a.attnotnull AS nullable, a.atthasdef AS has_default, a.attgenerated::text AS generated, a.attidentity::text AS identity,
     (SELECT l.collcollate ${byBytes} OR l.collname = 'default' AND d.datcollate ${byBytes} AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') <> 'i'
       FROM pg_collation l, pg_database d WHERE l.oid = a.attcollation AND d.datname = current_database()) AS by_code
   FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
     LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A' LEFT JOIN pg_range g ON g.rngtypid = b.oid LEFT JOIN pg_type s ON s.oid = g.rngsubtype
     JOIN (SELECT c.oid, c.relname, c.relkind FROM ${relations} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) c ON c.oid = a.attrelid
   WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
  true,
);

const keysQuery = toStatement(
  `SELECT r.relname AS "table", k.conname AS key, k.contype::text AS kind, a.attname AS "column", o.relname AS other_table, b.attname AS other_column
   FROM pg_constraint k JOIN (SELECT c.oid, c.relname FROM ${relations}) r ON r.oid = k.conrelid
     CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(own, other, position)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own
     LEFT JOIN pg_class o ON o.oid = k.confrelid
     LEFT JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.other
   WHERE k.contype IN ('p', 'u', 'f') ORDER BY r.relname, k.conname, u.position`,
  true,
);

/** Source: PostgreSQL 15 documentation, 53. System Catalogs. */
export async function readPostgresql(session: Session): Promise<DatabaseSchema> {
  const [columns, keys] = await Promise.all([session.run(columnsQuery, []), session.run(keysQuery, [])]);
  return assembleSchema(columns.rows.map(toColumn), toKeyFacts(keys.rows, keyKinds));
}

function toColumn(row: Row): ColumnFact {
  // What a domain is made of is what operators and casts are for.
  const declared = String(row["base"]);
  return {
    table: String(row["table"]),
    kind: /^[vm]$/.test(String(row["kind"])) ? "view" : "table",
    name: String(row["name"]),
    type: typeOf(row),
    declared,
    room: rooms[declared],
    length: row["length"] === null ? undefined : Number(row["length"]),
    nullable: row["nullable"] === true,
    hasDefault: row["has_default"] === true || row["identity"] !== "",
    generated: row["generated"] !== "" || row["identity"] === "a",
    byCode: row["by_code"] === true,
  };
}

const rooms: Readonly<Record<string, NumberRoom>> = {
  int2: { bits: 16, signed: true },
  int4: { bits: 32, signed: true },
  int8: { bits: 64, signed: true },
  oid: { bits: 32, signed: false },
};

/** What only the database understands is told, and compared, as text. */
function typeOf({ base, of, category, sort }: Row): ValueType {
  const scalar = types.get(String(of ?? base)) ?? "text";
  if (category === "A") return { name: "list", of: scalar };
  if (sort === "r") return { name: "range", of: scalar };
  return { name: base === "tsvector" ? "search" : scalar };
}

const types: ReadonlyMap<string, ScalarName> = new Map([
  ["int2", "integer"],
  ["int4", "integer"],
  ["int8", "integer"],
  ["oid", "integer"],
  ["numeric", "decimal"],
  ["float4", "number"],
  ["float8", "number"],
  ["bool", "boolean"],
  ["text", "text"],
  ["varchar", "text"],
  ["bpchar", "text"],
  ["name", "text"],
  ["citext", "text"],
  ["date", "date"],
  ["time", "time"],
  ["timestamp", "timestamp"],
  ["timestamptz", "timestamp"],
  ["json", "json"],
  ["jsonb", "json"],
  ["uuid", "uuid"],
  ["bytea", "bytes"],
]);

const keyKinds: Readonly<Record<string, KeyFact["kind"]>> = { p: "primary", u: "unique", f: "foreign" };
