import type { Logger } from "@backworks/core";
import type { Engine } from "../engine.ts";
import { readSchema } from "../schema/read-schema.ts";
import type { WantedTable } from "../starting.ts";
import { onceStatement } from "../statement.ts";
import { explain } from "../failure.ts";
import { createTableSql } from "./create-table.ts";
import { referencedFirst } from "./referenced-first.ts";

type TableSource = Pick<WantedTable, "database" | "table" | "fields">;
type DescribedTable = TableSource & { readonly fields: NonNullable<WantedTable["fields"]> };

/** Makes the tables that endpoints describe and their databases do not have. Those that are there stay as they are. */
export async function makeTables(described: readonly TableSource[], logger: Logger): Promise<void> {
  const wanted = described.flatMap((table) => (table.fields === undefined ? [] : [{ ...table, fields: table.fields }]));
  for (const engine of new Set(wanted.map(({ database }) => database.engine))) {
    const own = wanted.filter(({ database }) => database.engine === engine);
    await makeIn(engine, own, logger);
  }
}

async function makeIn(engine: Engine, wanted: readonly DescribedTable[], logger: Logger): Promise<void> {
  const [first] = wanted;
  if (first === undefined) return;
  const { name, options } = first.database;
  try {
    const schema = await readSchema(engine);
    const missing = wanted.filter(({ table }) => schema.table(table) === undefined);
    for (const { table, fields } of referencedFirst(missing)) {
      for (const sql of await createTableSql(engine.dialect, table, fields)) await engine.run(onceStatement(sql), []);
      logger.info("table made", { database: name, table });
    }
  } catch (error) {
    throw explain(error, { database: name, dialect: engine.dialect, limit: String(options.statement_timeout) });
  }
}
