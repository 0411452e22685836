import { BackworksError } from "@backworks/core";
import type { NewColumn, NewTable, TableDesign } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import { explain } from "../failure.ts";
import { readSchema } from "../schema/read-schema.ts";
import { createTableSql } from "./create-table.ts";
import type { Field } from "./create-table.ts";
import { referencedFirst } from "./referenced-first.ts";

/** Statements that make tables the database does not have. @throws BW_DATABASE_TABLE_EXISTS, BW_DATABASE_UNAVAILABLE */
export async function designTables(database: OpenDatabase, tables: readonly NewTable[]): Promise<TableDesign> {
  await refuseThoseThere(database, tables);
  const { dialect } = database.engine;
  const wanted = tables.map(({ name, columns }) => ({ table: name, fields: toFields(columns) }));
  const ordered = referencedFirst(wanted);
  const up: string[] = [];
  for (const { table, fields } of ordered) up.push(...(await createTableSql(dialect, table, fields)));
  return { up, down: ordered.toReversed().map(({ table }) => `drop table ${dialect.quote(table)}`) };
}

async function refuseThoseThere({ name, engine, options }: OpenDatabase, wanted: readonly NewTable[]): Promise<void> {
  const schema = await readSchema(engine).catch((error: unknown) => {
    throw explain(error, { database: name, dialect: engine.dialect, limit: String(options.statement_timeout) });
  });
  const there = wanted.find((table) => schema.table(table.name) !== undefined);
  if (there !== undefined) throw new BackworksError("BW_DATABASE_TABLE_EXISTS", { database: name, table: there.name });
}

function toFields(columns: NewTable["columns"]): Readonly<Record<string, Field>> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, toField(column)]));
}

function toField({ primaryKey, ...column }: NewColumn): Field {
  return { ...column, primary_key: primaryKey };
}
