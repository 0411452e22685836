import type { JsonValue } from "@backworks/core";
import type { Row } from "@backworks/core/query";
import type { Call } from "../call.ts";
import { keyOf } from "../keys.ts";
import type { ReadyRow } from "./insert.ts";
import type { Run } from "./transact.ts";

interface StoreRow {
  readonly run: Run;
  readonly returning: readonly string[];
}

/** Stores one row and gives some of its columns as they are then. */
export async function storeRow(call: Call, { grant, stored }: ReadyRow, { run, returning }: StoreRow): Promise<Row> {
  const statements = await call.writers.of(grant.table.name, run);
  const binds = [...stored.values()].map(({ bind }) => bind);
  const { rows } = await run(statements.insert([...stored.keys()], returning), binds);
  // Rows of a driver are made of JSON.
  if (statements.returns) return (rows[0] ?? {}) as Row;
  return readStored({ grant, stored }, { run, returning, statements });
}

/** For a database that does not tell what it stored. */
async function readStored(
  { grant: { table }, stored }: Pick<ReadyRow, "grant" | "stored">,
  { run, returning, statements }: StoreRow & { readonly statements: Awaited<ReturnType<Call["writers"]["of"]>> },
): Promise<Row> {
  const known: Record<string, JsonValue> = {};
  for (const [column, { value }] of stored) known[column] = value;
  for (const column of table.primaryKey) {
    if (known[column] !== undefined && known[column] !== null) continue;
    const { rows } = await run(statements.lastKey(), []);
    known[column] = rows[0]?.["id"] as JsonValue;
  }
  if (returning.every((column) => known[column] !== undefined)) return known;
  const { rows } = await run(statements.read(returning), keyOf(table.primaryKey, known));
  return (rows[0] ?? {}) as Row;
}
