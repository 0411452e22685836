import { describe, expect, it } from "@jest/globals";
import { fieldsOf } from "../../test/shop.ts";
import type { ReadCase } from "../../test/query-corpus/index.ts";
import { reads, schema, source } from "../../test/query-corpus/index.ts";
import type { FieldMap } from "../exchange.ts";
import { loadPatterns } from "../json/pattern.ts";
import { checkQuery } from "./check/check.ts";
import { pageOf } from "./check/page.ts";
import { createPlans } from "./memory/plans.ts";
import type { QueryResult } from "./memory/run.ts";
import { parseQuery } from "./syntax/parse.ts";
import { printQuery } from "./syntax/print.ts";
import type { QuerySyntax } from "./syntax/syntax.ts";

const compilePattern = await loadPatterns();
const plans = createPlans();

function syntaxOf(ask: string): { table: string; syntax: QuerySyntax } {
  const [table = "", ...search] = ask.split("?");
  // A plus in a query is a space, and a per cent sign begins a code: those of the corpus stand for themselves.
  const encoded = search.join("?").replace(/%(?![0-9A-F]{2})/g, "%25");
  return { table, syntax: parseQuery(fieldsOf(encoded)) };
}

function answer(table: string, syntax: QuerySyntax): QueryResult {
  const page = pageOf(syntax, { default: undefined, max: undefined });
  const query = checkQuery(syntax, { schema, table, page });
  return plans.of(query).run(query.values, { source, compilePattern });
}

function printedFields(syntax: QuerySyntax): FieldMap {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of printQuery(syntax)) (fields[name] ??= []).push(value);
  return Object.fromEntries(
    Object.entries(fields).map(([name, [first = "", ...more]]) => [name, more.length === 0 ? first : [first, ...more]]),
  );
}

/** Filters that must all hold have no order, and a page by number may have been printed otherwise. */
function comparable(syntax: QuerySyntax): unknown {
  const bare = (parts: readonly { readonly path: readonly string[]; readonly of: unknown }[]): string[] =>
    parts.map(({ path, of }) => JSON.stringify({ path, of })).sort();
  return { ...syntax, filters: bare(syntax.filters), orders: bare(syntax.orders), pages: bare(syntax.pages) };
}

function expectAnswer({ ask, ids, rows }: ReadCase, result: QueryResult): void {
  const found = ids ? result.rows.map((row) => Object.values(row)[0]) : result.rows;
  expect({ ask, found }).toEqual({ ask, found: ids ?? rows });
}

describe.each(Object.entries(reads))("the corpus: %s", (_topic, cases) => {
  it.each(cases.filter(({ error }) => error === undefined))("answers $ask", (one) => {
    const { table, syntax } = syntaxOf(one.ask);

    expectAnswer(one, answer(table, syntax));
  });

  it.each(cases.filter(({ error }) => error === undefined))("prints $ask as it was read", ({ ask }) => {
    const { syntax } = syntaxOf(ask);

    expect(comparable(parseQuery(printedFields(syntax)))).toEqual(comparable(syntax));
  });

  it.each(cases.filter(({ error }) => error !== undefined))("refuses $ask", ({ ask, error }) => {
    expect(() => {
      const { table, syntax } = syntaxOf(ask);
      answer(table, syntax);
    }).toThrow(expect.objectContaining({ code: error, status: 400 }));
  });
});
