import type { JsonValue, SeededTable } from "@backworks/core";
import type { Column } from "@backworks/core/query";
import type { OpenDatabase } from "./databases.ts";
import type { Session } from "./engine.ts";
import { explain } from "./failure.ts";
import { referencedFirst } from "./fields/referenced-first.ts";
import { toUtcText } from "./query/binds.ts";
import { readSchema } from "./schema/read-schema.ts";
import type { DatabaseSchema } from "./schema/schema.ts";
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
        for (const seed of parentsFirst(seeds, schema)) {
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

/** Rows come after those that they refer to. */
function parentsFirst(seeds: readonly Seed[], schema: DatabaseSchema): readonly Seed[] {
  const described = seeds.map((seed) => {
    const keys = schema.table(seed.table)?.foreignKeys ?? [];
    return {
      ...seed,
      fields: Object.fromEntries(keys.map(({ name, target }) => [name, { references: `${target}.` }])),
    };
  });
  return referencedFirst(described);
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
  if (dialect.name === "postgresql") await countOn(table, { session, database, columns });
  return rows.length;
}

/** PostgreSQL does not count the numbers that rows brought: the next one would be one that is taken. */
async function countOn(table: string, { session, database, columns }: Seeding): Promise<void> {
  const { quote } = database.engine.dialect;
  for (const { name, type, hasDefault } of columns.values()) {
    if (type.name !== "integer" || !hasDefault) continue;
    const sequence = "pg_get_serial_sequence($1, $2)";
    const highest = `(SELECT max(${quote(name)}) FROM ${quote(table)})`;
    await session.run(onceStatement(`SELECT setval(${sequence}, ${highest}) WHERE ${sequence} IS NOT NULL`), [
      quote(table),
      name,
    ]);
  }
}

/** JSON columns take any value as JSON; a time of MySQL has neither `T` nor zone. */
function toColumnValue(value: unknown, column: Column | undefined, dialect: string): unknown {
  if (column?.type.name === "json" && value !== null) return JSON.stringify(value);
  if (column?.type.name === "timestamp" && dialect === "mysql" && typeof value === "string") return toUtcText(value, 6);
  return value;
}
