import type { JsonValue, SeededTable } from "@backworks/core";
import type { Column } from "@backworks/core/query";
import type { OpenDatabase } from "./databases.ts";
import type { Session } from "./engine.ts";
import { explain } from "./failure.ts";
import { readSchema } from "./schema/read-schema.ts";
import { onceStatement } from "./statement.ts";

/** Rows for a table. */
export interface Seed {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, JsonValue | undefined>>[];
}

/** Puts rows into tables that are empty: all of them or, when one is refused, none. */
export async function seedTables(database: OpenDatabase, seeds: readonly Seed[]): Promise<readonly SeededTable[]> {
  const { engine, name, options } = database;
  try {
    const schema = await readSchema(engine);
    return await engine.alone(async (session) => {
      await session.run(onceStatement("BEGIN"), []);
      try {
        const seeded: SeededTable[] = [];
        for (const seed of seeds) {
          const columns = schema.table(seed.table)?.columns ?? new Map<string, Column>();
          seeded.push({ table: seed.table, rows: await seedTable(seed, { session, database, columns }) });
        }
        await session.run(onceStatement("COMMIT"), []);
        return seeded;
      } catch (error) {
        // What failed is told; that there may be nothing to take back is not.
        await session.run(onceStatement("ROLLBACK"), []).catch(() => {});
        throw error;
      }
    });
  } catch (error) {
    throw explain(error, { database: name, dialect: engine.dialect, limit: String(options.statement_timeout) });
  }
}

interface Seeding {
  readonly session: Session;
  readonly database: OpenDatabase;
  readonly columns: ReadonlyMap<string, Column>;
}

async function seedTable({ table, rows }: Seed, { session, database, columns }: Seeding): Promise<number> {
  const { dialect } = database.engine;
  const { rows: found } = await session.run(onceStatement(`SELECT 1 AS one FROM ${dialect.quote(table)} LIMIT 1`), []);
  if (found.length > 0) return 0;
  for (const row of rows) {
    const names = Object.keys(row).filter((name) => row[name] !== undefined);
    const places = names.map((_name, index) => dialect.placeholder(index + 1)).join(", ");
    const into = `${dialect.quote(table)} (${names.map(dialect.quote).join(", ")})`;
    await session.run(
      onceStatement(`INSERT INTO ${into} VALUES (${places})`),
      names.map((name) => toColumnValue(row[name], columns.get(name), dialect.name)),
    );
  }
  return rows.length;
}

/** JSON columns take any value as JSON; a time of MySQL has neither `T` nor zone. */
function toColumnValue(value: unknown, column: Column | undefined, dialect: string): unknown {
  if (column?.type.name === "json" && value !== null) return JSON.stringify(value);
  if (
    column?.type.name === "timestamp" &&
    dialect === "mysql" &&
    typeof value === "string" &&
    !Number.isNaN(Date.parse(value))
  )
    return new Date(value).toISOString().replace("T", " ").replace("Z", "");
  return value;
}
