import { keepPlans } from "@backworks/core/query";
import type { KeptPlans } from "@backworks/core/query";
import type { DialectName } from "../dialect.ts";
import type { DatabaseSchema } from "../schema/schema.ts";
import { keepStatements } from "../statement.ts";
import { mysqlQuery } from "./mysql/mysql-query.ts";
import type { SqlPlan } from "./plan.ts";
import { compilePlan } from "./plan.ts";
import { postgresqlQuery } from "./postgresql/postgresql-query.ts";
import type { QueryDialect } from "./query-dialect.ts";
import { sqliteQuery } from "./sqlite/sqlite-query.ts";

/** Compiled shapes of one schema: the next request of the same shape finds its statements. `of` throws BW_QUERY_UNSUPPORTED. */
export type SqlPlans = KeptPlans<SqlPlan>;

export const queryDialects: Readonly<Record<DialectName, QueryDialect>> = {
  postgresql: postgresqlQuery,
  mysql: mysqlQuery,
  sqlite: sqliteQuery,
};

/** Statements that connections keep prepared: what clients may vary must not fill the server's memory. */
const mostPrepared = 500;

/** `most` shapes are kept; the one used longest ago goes first. */
export function createSqlPlans(dialect: DialectName, schema: DatabaseSchema, most: number = 200): SqlPlans {
  const keep = keepStatements(mostPrepared);
  const source = { dialect: queryDialects[dialect], schema, nameStatement: (text: string) => keep(text, true) };
  return keepPlans((shape) => compilePlan(shape, source), most);
}
