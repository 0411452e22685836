import type { ColumnCheck } from "@backworks/core";
import type { Knex } from "knex";
import type { Dialect, DialectName } from "../dialect.ts";
import type { FieldOptions } from "../options/endpoint.ts";
import { checkSql } from "./check-sql.ts";

/** A column that is to be made. */
export type Field = FieldOptions & { readonly check?: ColumnCheck | undefined };

/** Names under which knex knows the databases. Without a connection it needs no driver. */
const clients = { postgresql: "pg", mysql: "mysql2", sqlite: "better-sqlite3" } as const;

/** Statements that make a table. */
export async function createTableSql(
  dialect: Dialect,
  table: string,
  fields: Readonly<Record<string, Field>>,
): Promise<readonly string[]> {
  // Large, and needed only when there is a table to be made.
  const { default: knex } = await import("knex");
  const builder = knex({ client: clients[dialect.name], useNullAsDefault: true });
  const keys = Object.entries(fields).flatMap(([name, { primary_key }]) => (primary_key === true ? [name] : []));
  const made = builder.schema.createTable(table, (draft) => {
    if (dialect.name === "mysql") tellTexts(draft);
    for (const [name, field] of Object.entries(fields))
      addColumn(draft, name, {
        field,
        counts: keys.length === 1 && keys[0] === name,
        knex: builder,
        dialect: dialect.name,
      });
    if (keys.length > 1 || (keys[0] !== undefined && !isCounting(fields[keys[0]]))) draft.primary(keys);
    for (const [name, { check = {} }] of Object.entries(fields))
      for (const predicate of checkSql(dialect, name, check)) draft.check(predicate);
  });
  // knex gives one or several statements, whatever its types say.
  const parts = [made.toSQL()].flat() as readonly { readonly sql: string }[];
  return parts.map(({ sql }) => sql);
}

/** Texts of any sign, of which none is another's equal: as the other databases have them, whatever this one has been set to. */
function tellTexts(draft: Knex.CreateTableBuilder): void {
  draft.charset("utf8mb4");
  draft.collate("utf8mb4_bin");
}

interface Adding {
  readonly field: FieldOptions;
  /** Whether it is the whole primary key. */
  readonly counts: boolean;
  readonly knex: Knex;
  readonly dialect: DialectName;
}

function isCounting(field: FieldOptions | undefined): boolean {
  return field?.type === "integer" || field?.type === "bigint";
}

function addColumn(draft: Knex.CreateTableBuilder, name: string, { field, counts, knex, dialect }: Adding): void {
  if (counts && isCounting(field)) return addCounting(draft, name, { type: field.type, dialect });
  const column = columnOf[field.type](draft, name, dialect);
  if (field.required === true || field.primary_key === true) column.notNullable();
  else column.nullable();
  addRules(column, field, { knex, dialect });
}

function addCounting(
  draft: Knex.CreateTableBuilder,
  name: string,
  { type, dialect }: { readonly type: FieldOptions["type"]; readonly dialect: DialectName },
): void {
  const word = type === "bigint" ? "bigint" : "integer";
  // Without a sign, as knex makes it there, no plain integer could refer to it.
  if (dialect === "mysql") draft.specificType(name, `${word} not null auto_increment primary key`);
  else if (word === "bigint") draft.bigIncrements(name);
  else draft.increments(name);
}

function addRules(
  column: Knex.ColumnBuilder,
  { unique, default: value, references }: FieldOptions,
  { knex, dialect }: Pick<Adding, "knex" | "dialect">,
): void {
  if (unique === true) column.unique();
  if (value === "now()") column.defaultTo(dialect === "mysql" ? knex.fn.now(6) : knex.fn.now());
  else if (value === "uuid()") column.defaultTo(knex.fn.uuid());
  // A value of the configuration, which JSON can hold.
  else if (value !== undefined) column.defaultTo(value as string);
  const [table, other] = references?.split(".") ?? [];
  if (table !== undefined && other !== undefined) column.references(other).inTable(table);
}

type MakeColumn = (draft: Knex.CreateTableBuilder, name: string, dialect: DialectName) => Knex.ColumnBuilder;

const columnOf: Readonly<Record<FieldOptions["type"], MakeColumn>> = {
  integer: (draft, name) => draft.integer(name),
  bigint: (draft, name) => draft.bigInteger(name),
  // knex would have SQLite keep a double.
  decimal: (draft, name) => draft.specificType(name, "decimal(18, 6)"),
  float: (draft, name) => draft.double(name),
  boolean: (draft, name) => draft.boolean(name),
  string: (draft, name) => draft.string(name),
  text: (draft, name) => draft.text(name),
  date: (draft, name) => draft.date(name),
  // MySQL's own timestamps have no fractions, and end in 2038.
  timestamp: (draft, name, dialect) =>
    dialect === "mysql" ? draft.specificType(name, "datetime(6)") : draft.timestamp(name),
  json: (draft, name) => draft.json(name),
  // The declared type is all that SQLite knows of it.
  uuid: (draft, name, dialect) => (dialect === "sqlite" ? draft.specificType(name, "uuid") : draft.uuid(name)),
};
