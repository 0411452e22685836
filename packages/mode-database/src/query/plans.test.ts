import { describe, expect, it } from "@jest/globals";
import { checkQuery, parseQuery } from "@backworks/core/query";
import { assembleSchema } from "../schema/schema.ts";
import { createSqlPlans } from "./plans.ts";

const columns = Array.from({ length: 40 }, (_, index) => ({
  table: "t",
  kind: "table" as const,
  name: index === 0 ? "id" : `c${index}`,
  type: { name: "integer" as const },
  declared: "int4",
  nullable: index > 0,
  hasDefault: false,
  generated: false,
}));
const schema = assembleSchema(columns, [{ table: "t", key: "k", kind: "primary", column: "id" }]);

function shapeOf(fields: Readonly<Record<string, string>>): ReturnType<typeof checkQuery> {
  return checkQuery(parseQuery(fields), { schema, table: "t" });
}

describe("plans", () => {
  it("are found again by their shape, the ones used last, whatever the values", () => {
    const plans = createSqlPlans("postgresql", schema, 2);
    const first = plans.of(shapeOf({ c1: "eq.1" }));

    expect(plans.of(shapeOf({ c1: "eq.2" }))).toBe(first);
    expect(plans.of(shapeOf({ c2: "eq.1" }))).not.toBe(first);
    plans.of(shapeOf({ c3: "eq.1" }));
    expect(plans.of(shapeOf({ c1: "eq.1" }))).not.toBe(first);
  });

  it("keep a bounded number of statements prepared, however many ways there are to ask", async () => {
    const plans = createSqlPlans("postgresql", schema);
    const names = new Map<string, number>();
    for (let one = 1; one < 40; one += 1) {
      for (let other = 1; other < 20; other += 1) {
        const query = shapeOf({ select: `c${one},x:c${other}`, [`c${one}`]: "eq.1" });
        await plans.of(query).run(
          {
            run({ name }) {
              names.set(name, (names.get(name) ?? 0) + 1);
              return { rows: [], count: 0, gives: true };
            },
          },
          query.values,
        );
      }
    }

    expect(names.size).toBeLessThanOrEqual(501);
    expect(names.get("")).toBeGreaterThan(100);
  });

  it("run one statement with the values where they belong", () => {
    const query = shapeOf({ select: "id,foo:c1", c2: "in.(1,2)", or: "(c3.gt.5,c4.is.null)" });
    const ran: unknown[] = [];

    const found = createSqlPlans("postgresql", schema)
      .of(query)
      .run(
        {
          run({ text, reads }, binds) {
            ran.push({ text, reads, binds });
            return { rows: [{ j: '[1,null],[2,"3"]' }], count: 1, gives: true };
          },
        },
        query.values,
      );

    expect(ran).toEqual([
      {
        text: `SELECT string_agg(l.j, ',') AS j FROM (SELECT json_build_array(t0."id", t0."c1")::text AS j FROM "t" t0 WHERE (t0."c2" = ANY($1::int8[])) AND ((t0."c3" > $2::int8) OR (NOT (t0."c4" IS NOT NULL))) ORDER BY t0."id" ASC) l`,
        reads: true,
        binds: [["1", "2"], "5"],
      },
    ]);
    expect(found).toEqual({
      rows: [
        { id: 1, foo: null },
        { id: 2, foo: 3 },
      ],
      total: 2,
      next: undefined,
    });
  });
});
