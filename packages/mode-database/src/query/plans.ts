import type { CheckedQuery } from "@backworks/core/query";
import type { DialectName } from "../dialect.ts";
import type { Statement } from "../engine.ts";
import type { DatabaseSchema } from "../schema/schema.ts";
import { onceStatement, toStatement } from "../statement.ts";
import { mysqlQuery } from "./mysql/mysql-query.ts";
import type { SqlPlan } from "./plan.ts";
import { compilePlan } from "./plan.ts";
import { postgresqlQuery } from "./postgresql/postgresql-query.ts";
import type { QueryDialect } from "./query-dialect.ts";
import { sqliteQuery } from "./sqlite/sqlite-query.ts";

/** Compiled shapes of one schema: the next request of the same shape finds its statements. */
export interface SqlPlans {
  /** The plan of a query, compiled when its shape is met first. @throws BW_QUERY_UNSUPPORTED */
  of(query: Pick<CheckedQuery, "shape">): SqlPlan;
}

export const queryDialects: Readonly<Record<DialectName, QueryDialect>> = {
  postgresql: postgresqlQuery,
  mysql: mysqlQuery,
  sqlite: sqliteQuery,
};

/** Statements that connections keep prepared: what clients may vary must not fill the server's memory. */
const mostPrepared = 500;

/** `most` shapes are kept; the one used longest ago goes first. */
export function createSqlPlans(dialect: DialectName, schema: DatabaseSchema, most: number = 200): SqlPlans {
  const plans = new Map<string, SqlPlan>();
  const source = { dialect: queryDialects[dialect], schema, nameStatement: statementNames() };
  return {
    of({ shape }) {
      const key = JSON.stringify(shape);
      const plan = plans.get(key) ?? compilePlan(shape, source);
      plans.delete(key);
      plans.set(key, plan);
      if (plans.size > most) forgetOldest(plans);
      return plan;
    },
  };
}

function forgetOldest(plans: Map<string, SqlPlan>): void {
  for (const key of plans.keys()) {
    plans.delete(key);
    return;
  }
}

/** Statements with names as long as there are not too many of them. */
function statementNames(): (text: string) => Statement {
  const named = new Map<string, Statement>();
  return (text) => {
    const known = named.get(text);
    if (known !== undefined) return known;
    if (named.size >= mostPrepared) return onceStatement(text, true);
    const statement = toStatement(text, true);
    named.set(text, statement);
    return statement;
  };
}
