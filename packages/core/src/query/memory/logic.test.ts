import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Schema } from "../relations.ts";
import { checkQuery } from "../check/check.ts";
import { parseQuery } from "../syntax/parse.ts";
import type { Row } from "../tree.ts";
import { createPlans } from "./plans.ts";
import { compileSelection } from "./run.ts";

const columns = new Map(
  ["id", "a", "b"].map((name) => [
    name,
    { name, type: { name: "integer" as const }, nullable: true, hasDefault: false, generated: false },
  ]),
);
const table = { name: "t", columns, primaryKey: ["id"], uniques: [], foreignKeys: [] };
const schema: Schema = { table: () => table, names: ["t"] };

/** A tree of comparisons, as it is written and as SQL would answer it. */
interface Asked {
  readonly text: string;
  readonly answer: (row: Row) => boolean | null;
}

const comparison = fc
  .record({
    column: fc.constantFrom("a", "b"),
    operator: fc.constantFrom("eq", "neq", "gt", "lte"),
    operand: fc.integer({ min: 0, max: 2 }),
    negated: fc.boolean(),
  })
  .map(({ column, operator, operand, negated }): Asked => {
    const holds = {
      eq: (n: number) => n === operand,
      neq: (n: number) => n !== operand,
      gt: (n: number) => n > operand,
    };
    const test = { ...holds, lte: (n: number) => n <= operand }[operator];
    return {
      text: `${column}.${negated ? "not." : ""}${operator}.${operand}`,
      answer: (row) => (typeof row[column] === "number" ? test(row[column]) !== negated : null),
    };
  });

/** Source: ISO/IEC 9075-2, 8.22, truth tables. */
function joined(kind: "and" | "or", answers: readonly (boolean | null)[]): boolean | null {
  const decisive = kind === "or";
  if (answers.includes(decisive)) return decisive;
  return answers.includes(null) ? null : !decisive;
}

const tree: fc.Arbitrary<Asked> = fc.letrec<{ node: Asked }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc
      .record({
        kind: fc.constantFrom("and" as const, "or" as const),
        negated: fc.boolean(),
        of: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
      })
      .map(({ kind, negated, of }): Asked => ({
        text: `${negated ? "not." : ""}${kind}(${of.map((one) => one.text).join(",")})`,
        answer(row) {
          const answer = joined(
            kind,
            of.map((one) => one.answer(row)),
          );
          return answer === null ? null : answer !== negated;
        },
      })),
  ),
})).node;

const value = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constant(null));
const rows = fc
  .array(fc.record({ a: value, b: value }), { maxLength: 20 })
  .map((all) => all.map((row, id) => ({ id, ...row })));

describe("conditions in memory", () => {
  it("answer as SQL's three values do", () => {
    fc.assert(
      fc.property(tree, rows, ({ text, answer }, all) => {
        const query = checkQuery(parseQuery({ and: `(${text})` }), { schema, table: "t" });

        const found = compileSelection(query.shape).run(query.values, { source: { rows: () => all } }).rows;

        expect(found).toEqual(all.filter((row) => answer(row) === true));
      }),
      { numRuns: 500 },
    );
  });

  it("walk all rows by cursors, each once and in order", () => {
    const plans = createPlans();
    const run = (all: readonly Row[], after: string): { rows: readonly Row[]; next: string | undefined } => {
      const query = checkQuery(parseQuery({ order: "a.desc,b.nullsfirst", after }), {
        schema,
        table: "t",
        page: { limit: 3, offset: 0 },
      });
      return plans.of(query).run(query.values, { source: { rows: () => all } });
    };
    fc.assert(
      fc.property(rows, (all) => {
        const walked: Row[] = [];
        let cursor: string | undefined = "";
        while (cursor !== undefined) {
          const page = run(all, cursor);
          walked.push(...page.rows);
          cursor = page.next;
        }

        const query = checkQuery(parseQuery({ order: "a.desc,b.nullsfirst,id" }), { schema, table: "t" });
        expect(walked).toEqual(plans.of(query).run(query.values, { source: { rows: () => all } }).rows);
      }),
    );
  });
});

describe("createPlans", () => {
  it("finds the plan of a shape again, whatever its values", () => {
    const plans = createPlans(2);
    const planOf = (fields: Record<string, string>): unknown =>
      plans.of(checkQuery(parseQuery(fields), { schema, table: "t" }));
    const first = planOf({ a: "eq.1" });

    expect(planOf({ a: "eq.2" })).toBe(first);
    expect(planOf({ b: "eq.1" })).not.toBe(first);
    planOf({ id: "eq.1" });
    expect(planOf({ a: "eq.1" })).not.toBe(first);
  });

  it("compiles shapes that hold no text of the request", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer(), { minLength: 1, maxLength: 3 }), (one, list) => {
        const { shape, values } = checkQuery(parseQuery({ a: `eq.${one}`, b: `in.(${list.join(",")})` }), {
          schema,
          table: "t",
        });

        expect(shape).toEqual(checkQuery(parseQuery({ a: "eq.0", b: "in.(0)" }), { schema, table: "t" }).shape);
        expect(values).toEqual([one, list]);
        createPlans().of({ shape });
        expect(Object.isFrozen(shape.where)).toBe(true);
      }),
    );
  });
});
