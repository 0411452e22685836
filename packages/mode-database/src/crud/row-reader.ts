import type { MaybePromise } from "@backworks/core";
import type { CheckedQuery, Selection } from "@backworks/core/query";
import type { DialectName } from "../dialect.ts";
import type { Counting, Runner, SqlResult } from "../query/plan.ts";
import { createSqlPlans } from "../query/plans.ts";
import type { SqlPlans } from "../query/plans.ts";
import type { DatabaseSchema } from "../schema/schema.ts";

/** Reads rows as checked queries ask for them. */
export interface RowReader {
  /** @throws BW_QUERY_UNSUPPORTED for what the database has no words for */
  read(query: CheckedQuery, runner: Runner, options?: ReadOptions): MaybePromise<SqlResult>;
  /** A question that stays the same: nothing of it is looked up again. */
  prepare(shape: Selection): Ask;
}

/** Asks the same question, each time with values of its own. */
export type Ask = (values: CheckedQuery["values"], runner: Runner, options?: ReadOptions) => MaybePromise<SqlResult>;

/** What is asked besides the rows. */
export interface ReadOptions {
  readonly count?: Counting | undefined;
  readonly signal?: AbortSignal | undefined;
}

const plansOf = new WeakMap<DatabaseSchema, SqlPlans>();

/** The reader of a database, as long as its structure is the same. */
export function readerOf(dialect: DialectName, schema: DatabaseSchema): RowReader {
  const plans = plansOf.get(schema) ?? createSqlPlans(dialect, schema);
  plansOf.set(schema, plans);
  return {
    read: (query, runner, options) => plans.of(query).run(runner, query.values, options),
    prepare(shape) {
      const plan = plans.of({ shape });
      return (values, runner, options) => plan.run(runner, values, options);
    },
  };
}
