import { checkQuery, pageOf, parseQuery } from "@backworks/core/query";
import type { RunOptions, Runner, SqlResult } from "../src/query/plan.ts";
import { createSqlPlans } from "../src/query/plans.ts";
import { openTestDatabase } from "./open-database.ts";
import type { OwnDatabase } from "./open-database.ts";
import { fieldsOf } from "./query-fields.ts";
import type { TestDatabase } from "./servers.ts";

/** A database of a test that is asked by the query grammar. */
export interface Queries extends AsyncDisposable {
  readonly database: OwnDatabase;
  /** Every text that was run. */
  readonly texts: ReadonlySet<string>;
  /** Statements whose answer was there without a promise. */
  readonly atOnce: number;
  /** `products?price=gt.5` */
  ask(request: string, options?: RunOptions): Promise<SqlResult>;
}

/** Opens an empty database and runs statements that fill it. */
export async function openQueries(target: TestDatabase, statements: readonly string[]): Promise<Queries> {
  const database = await openTestDatabase(target);
  for (const statement of statements) await database.query(statement);
  const schema = await database.schema.get();
  const plans = createSqlPlans(target.type, schema);
  const texts = new Set<string>();
  let atOnce = 0;
  const runner: Runner = {
    run(statement, binds, signal) {
      texts.add(statement.text);
      const found = database.run(statement, binds, signal);
      if (!(found instanceof Promise)) atOnce += 1;
      return found;
    },
  };
  return {
    database,
    texts,
    get atOnce() {
      return atOnce;
    },
    async ask(request, options) {
      const [table = "", ...search] = request.split("?");
      const syntax = parseQuery(fieldsOf(search.join("?")));
      const query = checkQuery(syntax, { schema, table, page: pageOf(syntax, { default: undefined, max: undefined }) });
      return plans.of(query).run(runner, query.values, options);
    },
    [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
  };
}
