import type { Schema } from "@backworks/core/query";
import type { OpenDatabase } from "../../databases.ts";
import { toStatement } from "../../statement.ts";

/**
 * Moves the counter of a key behind the highest one, when a row was refused because the counter did not know of keys that were given:
 * PostgreSQL alone does not look. Returns whether it did, so that the write may be tried again.
 */
export async function advanceKey(database: OpenDatabase, full: Schema, error: unknown): Promise<boolean> {
  const { dialect } = database.engine;
  if (dialect.name !== "postgresql" || dialect.explain(error).kind !== "unique") return false;
  // The driver tells the table of an error of the server.
  const { table: name = "" } = error as { readonly table?: string };
  const table = full.table(name);
  const [column, ...others] = table?.primaryKey ?? [];
  if (table === undefined || column === undefined || others.length > 0) return false;
  const counter = toStatement(
    `SELECT setval(s.name, s.highest) FROM (SELECT pg_get_serial_sequence($1, $2)::regclass AS name, (SELECT max(${dialect.quote(column)}) FROM ${dialect.quote(name)}) AS highest) s
     WHERE s.name IS NOT NULL AND s.highest > coalesce(pg_sequence_last_value(s.name), 0)`,
    false,
  );
  try {
    const { rows } = await database.run(counter, [dialect.quote(name), column]);
    return rows.length > 0;
  } catch {
    // Whoever may not move it is told what was refused first.
    return false;
  }
}
