import type { DialectName } from "../dialect.ts";
import type { Engine, Session } from "../engine.ts";
import { readMysql } from "./read-mysql.ts";
import { readPostgresql } from "./read-postgresql.ts";
import { readSqlite } from "./read-sqlite.ts";
import type { DatabaseSchema } from "./schema.ts";

/** Reads a database's structure, from where it is written. */
export function readSchema(engine: Engine): Promise<DatabaseSchema> {
  return engine.alone((session) => readers[engine.dialect.name](session));
}

const readers: Readonly<Record<DialectName, (session: Session) => Promise<DatabaseSchema>>> = {
  postgresql: readPostgresql,
  mysql: readMysql,
  sqlite: readSqlite,
};
