import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Row } from "../../../query/tree.ts";
import { createSeeds, createTable } from "./table.ts";

const seeds = createSeeds(new Map([1, 2, 3].map((id): [string, Row] => [String(id), { id, seed: true }])), "id");

type Step = { readonly kind: "put" | "delete"; readonly id: number; readonly n: number };

describe("createTable", () => {
  it("behaves as a map that began with the seeds", () => {
    const step: fc.Arbitrary<Step> = fc.record({
      kind: fc.constantFrom("put", "delete"),
      id: fc.integer({ min: 1, max: 6 }),
      n: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const table = createTable(seeds, "id");
        const map = new Map(seeds.rows);
        for (const { kind, id, n } of steps) {
          const key = String(id);
          if (kind === "put") {
            table.put(key, { id, n });
            map.set(key, { id, n });
          } else {
            table.delete(key);
            map.delete(key);
          }
          expect(table.get(key)).toEqual(map.get(key));
        }

        expect([...table.rows()]).toEqual([...map.values()]);
        expect(table.size).toBe(map.size);
        expect([...createTable(seeds, "id").rows()]).toEqual([...seeds.rows.values()]);
      }),
    );
  });

  it("remembers columns and the highest id of rows that are gone", () => {
    const table = createTable(seeds, "id");

    table.put("9", { id: 9, extra: 1 });
    table.delete("9");

    expect(table.highest).toBe(9);
    expect([...table.columns]).toEqual(["id", "seed", "extra"]);
  });
});
