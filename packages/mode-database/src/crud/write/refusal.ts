import { isBackworksError } from "@backworks/core";
import type { Row as QueryRow, Table } from "@backworks/core/query";
import type { OpenDatabase } from "../../databases.ts";
import type { Fault } from "../../dialect.ts";
import { explain } from "../../failure.ts";
import { toStatement } from "../../statement.ts";

/** A write that failed. */
export interface FailedWrite {
  readonly database: OpenDatabase;
  readonly table: Table;
  readonly removes: boolean;
  /** Values of the one row that was written, when it was one. */
  readonly row?: QueryRow | undefined;
}

/** What a database says of a write, with the columns it is about; the rest of our errors stay as they are. */
export async function explainWrite(error: unknown, write: FailedWrite): Promise<unknown> {
  if (isBackworksError(error)) return error;
  const { database } = write;
  const { dialect } = database.engine;
  const fault = await withColumns(dialect.explain(error), write);
  return explain(error, {
    database: database.name,
    dialect: { ...dialect, explain: () => fault },
    limit: String(database.options.statement_timeout),
  });
}

async function withColumns(fault: Fault, write: FailedWrite): Promise<Fault> {
  const isKey = fault.kind === "foreign key" || fault.kind === "referenced";
  if (isKey && write.removes) return { ...fault, kind: "referenced", columns: [] };
  if (fault.columns !== undefined && fault.columns.length > 0) return fault;
  try {
    if (fault.kind === "unique") return { ...fault, columns: await columnsOfKey(fault, write) };
    if (fault.kind === "foreign key") return { ...fault, columns: await columnsWithout(write) };
  } catch {
    // The columns are an extra: what failed is told without them.
  }
  return fault;
}

const keyQuery = toStatement(
  "SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = ? ORDER BY SEQ_IN_INDEX",
  true,
);

/** MySQL tells the name of a key only. */
async function columnsOfKey({ constraint }: Fault, { database, table }: FailedWrite): Promise<readonly string[]> {
  if (constraint === undefined || database.engine.dialect.name !== "mysql") return [];
  const { rows } = await database.run(keyQuery, [table.name, constraint]);
  return rows.map(({ name }) => String(name));
}

/** SQLite does not tell which key leads nowhere: it is looked for. */
async function columnsWithout({ database, table, row }: FailedWrite): Promise<readonly string[]> {
  const { dialect } = database.engine;
  for (const { columns, target, targetColumns } of row === undefined ? [] : table.foreignKeys) {
    const values = columns.map((column) => row?.[column] ?? null);
    if (values.includes(null)) continue;
    const where = targetColumns
      .map((column, index) => `${dialect.quote(column)} = ${dialect.placeholder(index + 1)}`)
      .join(" AND ");
    const found = await database.run(
      toStatement(`SELECT 1 AS one FROM ${dialect.quote(target)} WHERE ${where}`, true),
      values,
    );
    if (found.rows.length === 0) return columns;
  }
  return [];
}
