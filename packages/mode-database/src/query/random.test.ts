import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { CheckedQuery, RowSource, Selection } from "@backworks/core/query";
import { checkQuery, createPlans, pageOf, parseQuery } from "@backworks/core/query";
import { isBackworksError } from "@backworks/core";
import fc from "fast-check";
import { openTestDatabase } from "../../test/open-database.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import { world } from "../../test/query-corpus.ts";
import { fieldsOf } from "../../test/query-fields.ts";
import { makeQueryTables, withInverses } from "../../test/query-tables.ts";
import type { RandomQuery } from "../../test/random-queries.ts";
import { randomQueries } from "../../test/random-queries.ts";
import { describeDatabases } from "../../test/servers.ts";
import type { DatabaseSchema } from "../schema/schema.ts";
import type { Runner } from "./plan.ts";
import { createSqlPlans, queryDialects } from "./plans.ts";
import type { StatementSource } from "./statements.ts";
import { writeStatements } from "./statements.ts";
import { toStatement } from "../statement.ts";

const memory = createPlans();

/** Rows in the order of their keys, as a database gives them. */
const source: RowSource = {
  rows(table) {
    const { rows = [], primaryKey = [] } = world[table] ?? {};
    return rows.toSorted((one, other) => {
      const [key] = primaryKey.filter((name) => one[name] !== other[name]);
      return key === undefined ? 0 : Number(one[key]) - Number(other[key]);
    });
  },
};

function checked({ table, search }: RandomQuery, schema: DatabaseSchema): CheckedQuery | undefined {
  try {
    const syntax = parseQuery(fieldsOf(search));
    return checkQuery(syntax, { schema, table, page: pageOf(syntax, { default: undefined, max: undefined }) });
  } catch (error) {
    if (isBackworksError(error) && error.status === 400) return undefined;
    throw error;
  }
}

describeDatabases("random queries", (target) => {
  let database: OwnDatabase;
  let schema: DatabaseSchema;
  const texts = new Map<string, Set<string>>();

  beforeAll(async () => {
    database = await openTestDatabase(target);
    await makeQueryTables(database);
    schema = withInverses(await database.schema.get());
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  /** Runs statements, and keeps what they say. */
  function spy(kept: Set<string>): Runner {
    return {
      run(statement, binds, signal) {
        kept.add(statement.text);
        return database.run(statement, binds, signal);
      },
    };
  }

  it("answers as memory does, with statements that hold nothing of the request", async () => {
    const plans = createSqlPlans(target.type, schema);
    let answered = 0;

    await fc.assert(
      fc.asyncProperty(randomQueries, async (random) => {
        const query = checked(random, schema);
        if (query === undefined) return;
        const kept = texts.get(JSON.stringify(query.shape)) ?? new Set();
        texts.set(JSON.stringify(query.shape), kept);

        const found = await plans.of(query).run(spy(kept), query.values, { count: "exact" });

        const wanted = memory.of(query).run(query.values, { source });
        expect(found).toMatchObject({ rows: wanted.rows, total: wanted.total });
        expectFree(query.shape, random.texts, {
          dialect: queryDialects[target.type],
          schema,
          nameStatement: (text) => toStatement(text, true),
        });
        answered += 1;
      }),
      { numRuns: 400 },
    );

    expect(answered).toBeGreaterThan(200);
    for (const kept of texts.values()) expect(kept.size).toBeLessThanOrEqual(2);
  });
});

/** A statement is the same whatever a client calls what it asks for, and wherever in JSON it looks for it. */
function expectFree(shape: Selection, said: readonly string[], schemaOf: StatementSource): void {
  const own = textsOf(shape, schemaOf);
  const neutral = textsOf(neutralOf(shape), schemaOf);
  expect(own).toEqual(neutral);
  expect(own).toMatch(/^[\x20-\x7e\n]*$/);
  const pieces = said.flatMap((text) =>
    Array.from({ length: Math.max(0, text.length - 3) }, (_, at) => text.slice(at, at + 4)),
  );
  expect(pieces.filter((piece) => own.includes(piece) && !neutral.includes(piece))).toEqual([]);
}

function textsOf(shape: Selection, source: StatementSource): string {
  const { page, count } = writeStatements(shape, source);
  return [page, count].map((one) => one?.statement.text ?? "").join("\n");
}

/** The shape with none of the words that a client chose. */
function neutralOf(shape: Selection): Selection {
  const text = JSON.stringify(shape, (key, value: unknown) => {
    if (key === "step" && typeof value === "string") return "k";
    const isOutput =
      typeof value === "object" && value !== null && "kind" in value && "name" in value && value.name !== undefined;
    return isOutput && (value.kind === "column" || value.kind === "embed") ? { ...value, name: "n" } : value;
  });
  return JSON.parse(text) as Selection;
}
