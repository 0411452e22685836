import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { JsonValue } from "@backworks/core";
import { checkQuery, pageOf, parseQuery } from "@backworks/core/query";
import { openTestDatabase } from "../../test/open-database.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import { cases, differs } from "../../test/query-cases.ts";
import { fieldsOf } from "../../test/query-fields.ts";
import { makeQueryTables, withInverses } from "../../test/query-tables.ts";
import { describeDatabases } from "../../test/servers.ts";
import type { DatabaseSchema } from "../schema/schema.ts";
import type { SqlResult } from "./plan.ts";
import type { SqlPlans } from "./plans.ts";
import { createSqlPlans } from "./plans.ts";

describeDatabases("the corpus", (target) => {
  let database: OwnDatabase;
  let schema: DatabaseSchema;
  let plans: SqlPlans;

  beforeAll(async () => {
    database = await openTestDatabase(target);
    await makeQueryTables(database);
    schema = withInverses(await database.schema.get());
    plans = createSqlPlans(target.type, schema);
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  async function answer(ask: string): Promise<SqlResult> {
    const [table = "", ...search] = ask.split("?");
    const syntax = parseQuery(fieldsOf(search.join("?")));
    const query = checkQuery(syntax, { schema, table, page: pageOf(syntax, { default: undefined, max: undefined }) });
    return plans.of(query).run(database, query.values, { count: "exact" });
  }

  const same = cases.filter((one) => differs(one, target) === undefined);
  const other = cases.filter((one) => differs(one, target)?.startsWith("BW_") === true);

  it.each(same.filter(({ error }) => error === undefined))("answers $ask", async ({ ask, ids, rows }) => {
    const result = await answer(ask);

    const found = ids ? result.rows.map((row) => Object.values(row)[0] as JsonValue) : result.rows;
    expect({ ask, found }).toEqual({ ask, found: ids ?? rows });
  });

  it.each(same.filter(({ error }) => error !== undefined))("refuses $ask", async ({ ask, error }) => {
    await expect(answer(ask)).rejects.toMatchObject({ code: error, status: 400 });
  });

  if (other.length > 0) {
    it.each(other)("has no words for $ask", async (one) => {
      await expect(answer(one.ask)).rejects.toMatchObject({ code: differs(one, target), status: 400 });
    });
  }
});
