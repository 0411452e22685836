import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { schema, source } from "../../test/query-corpus/index.ts";
import { isBackworksError } from "../errors.ts";
import type { FieldMap } from "../exchange.ts";
import { checkQuery } from "./check/check.ts";
import { pageOf } from "./check/page.ts";
import { createPlans } from "./memory/plans.ts";
import { operatorNames } from "./operators.ts";
import { parseQuery } from "./syntax/parse.ts";
import { printQuery } from "./syntax/print.ts";
import type { Condition, Field, FilterCondition, QuerySyntax } from "./syntax/syntax.ts";

const plans = createPlans(50);
/** Parameters that are none of a column. */
const words = "select order sort limit offset page per_page after columns on_conflict and or".split(" ");
const page = { default: 5, max: 50 };

/** `undefined` when it was answered, otherwise the status of the error. */
function refusalOf(fields: FieldMap): number | undefined {
  try {
    const syntax = parseQuery(fields);
    const query = checkQuery(syntax, { schema, table: "customers", page: pageOf(syntax, page) });
    plans.of(query).run(query.values, { source });
    return undefined;
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    return error.status;
  }
}

const signs = '( ) { } [ ] " \\ , . : :: ! -> ->> * ... - null 0 9 count() sum()'.split(" ");
const names = "id name tags profile orders customers inner any all not and or desc nullslast int".split(" ");
const token = fc.constantFrom(" ", ...signs, ...names, ...operatorNames);
const text = fc.oneof(fc.string(), fc.string({ unit: token, maxLength: 20 }));
const parameter = fc.oneof(
  fc.constantFrom(
    "select",
    "order",
    "sort",
    "or",
    "and",
    "not.or",
    "limit",
    "offset",
    "page",
    "after",
    "columns",
    "id",
    "name",
  ),
  fc.constantFrom("tags", "profile->a", "orders.total", "orders.order", "orders.or", "orders.limit", "on_conflict"),
  text,
);

describe("parseQuery", () => {
  it("reads anything or refuses it as a mistake of the client", () => {
    fc.assert(
      fc.property(
        fc.dictionary(parameter, fc.oneof(text, fc.array(text, { maxLength: 2 })), { maxKeys: 4 }),
        (fields) => {
          expect([undefined, 400]).toContain(refusalOf(fields));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("reads what it printed as what it was", () => {
    fc.assert(
      fc.property(fc.array(condition(2), { maxLength: 4 }), (conditions) => {
        const filters = conditions.map((of) => ({ path: [], of, parameter: "" }));
        const query: QuerySyntax = { ...empty, filters };
        const fields: Record<string, string[]> = Object.create(null);
        for (const [name, value] of printQuery(query)) (fields[name] ??= []).push(value);

        const again = parseQuery(fields).filters.map(({ of }) => of);

        expect(again).toHaveLength(conditions.length);
        expect(again).toEqual(expect.arrayContaining(conditions));
      }),
      { numRuns: 1000 },
    );
  });

  it("says where a mistake stands and what may have been meant", () => {
    expect(() => parseQuery({ or: "(id.eq.1,name.lik.A)" })).toThrow(
      expect.objectContaining({
        message: "query parameter or at character 15 has the unknown operator lik",
        hint: "did you mean like?",
        members: { parameter: "or", position: 14 },
      }),
    );
    expect(() => parseQuery({ select: "id,(" })).toThrow(
      expect.objectContaining({
        message: "query parameter select at character 4 expects a column, a relation or *, found (",
      }),
    );
  });

  it("keeps to PostgREST's words in its dialect", () => {
    const strict = { dialect: "postgrest" } as const;

    expect(() => parseQuery({ name: "Ada" }, strict)).toThrow(expect.objectContaining({ code: "BW_QUERY_INVALID" }));
    expect(parseQuery({ page: "eq.2", sort: "eq.x", after: "eq.1" }, strict).filters).toHaveLength(3);
    expect(parseQuery({ limit: "2" }, strict).pages).toHaveLength(1);
  });

  it.each(words)("takes %s for a column where it stands in quotation marks", (word) => {
    for (const dialect of ["backworks", "postgrest"] as const) {
      const { filters, pages, orders } = parseQuery(
        { [`"${word}"`]: "eq.1", [`orders."${word}"`]: "gt.2" },
        { dialect },
      );

      expect(filters.map(({ path, of }) => [path, of.kind === "filter" && of.field.column])).toEqual([
        [[], word],
        [["orders"], word],
      ]);
      expect([...pages, ...orders]).toEqual([]);
    }
  });

  it("leaves out what is none of the query's", () => {
    expect(parseQuery({ sid: "x", id: "1" }, { ignored: ["sid"] }).filters).toHaveLength(1);
  });
});

const empty: QuerySyntax = {
  select: [{ kind: "star" }],
  filters: [],
  orders: [],
  pages: [],
  after: undefined,
  columns: undefined,
  onConflict: undefined,
};

const name = fc.string({ minLength: 1, maxLength: 6 }).filter((one) => one !== "__proto__");
function field(): fc.Arbitrary<Field> {
  const step = fc.record({
    step: fc.oneof(
      name.filter((one) => !/^-?\d+$/.test(one)),
      fc.integer().map((n) => n + 0),
    ),
    text: fc.constant(false),
  });
  return fc.record({
    column: fc.oneof({ weight: 9, arbitrary: name }, fc.constantFrom(...words)),
    json: fc.array(step, { maxLength: 2 }),
  });
}

function filter(): fc.Arbitrary<FilterCondition> {
  const head = {
    kind: fc.constant("filter" as const),
    field: field(),
    negated: fc.boolean(),
    language: fc.constant(undefined),
  };
  const plain = fc.record({
    ...head,
    operator: fc.constantFrom("eq", "neq", "gt", "like", "cs", "match"),
    quantifier: fc.constant(undefined),
    operand: fc.record({ kind: fc.constant("text" as const), text: fc.string() }),
  });
  const list = fc.record({
    ...head,
    operator: fc.constant("in" as const),
    quantifier: fc.constant(undefined),
    operand: fc.record({ kind: fc.constant("list" as const), texts: fc.array(fc.string(), { maxLength: 3 }) }),
  });
  const quantified = fc.record({
    ...head,
    operator: fc.constantFrom("eq", "lt", "ilike", "imatch"),
    quantifier: fc.constantFrom("any" as const, "all" as const),
    operand: fc.record({
      kind: fc.constant("list" as const),
      texts: fc.array(fc.oneof(fc.string(), fc.constant(null)), { maxLength: 3 }),
    }),
  });
  return fc.oneof(plain, list, quantified) as fc.Arbitrary<FilterCondition>;
}

function condition(depth: number): fc.Arbitrary<Condition> {
  if (depth === 0) return filter();
  const tree = fc.record({
    kind: fc.constantFrom("and" as const, "or" as const),
    negated: fc.boolean(),
    of: fc.array(condition(depth - 1), { minLength: 1, maxLength: 3 }),
  });
  return fc.oneof(filter(), tree);
}
