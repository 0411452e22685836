import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { NumberTable } from "./number-table.ts";

type Step = readonly ["add" | "remove" | "sweep", number, number];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom("add", "add", "add", "remove", "sweep"),
  fc.nat(400),
  fc.integer({ min: 1, max: 1000 }),
);

/** Does a step to a table and to a map. */
function take([kind, number, value]: Step, table: NumberTable, map: Map<string, number>): void {
  const key = `key ${number}`;
  const slot = table.find(key);
  if (kind === "sweep") table.sweep(0);
  else if (kind === "remove") {
    if (slot >= 0) table.remove(slot);
    map.delete(key);
  } else {
    if (slot >= 0) table.put(slot, value);
    else table.add(key, value);
    map.set(key, value);
  }
}

describe("NumberTable", () => {
  it("holds what a map holds", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), fc.integer(), (steps, seed) => {
        const table = new NumberTable(seed);
        const map = new Map<string, number>();

        for (const each of steps) take(each, table, map);

        expect(table.size).toBe(map.size);
        for (let number = 0; number <= 400; number += 1) {
          const slot = table.find(`key ${number}`);
          expect(slot < 0 ? undefined : table.at(slot)).toBe(map.get(`key ${number}`));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("grows, and stays no more than half full", () => {
    const table = new NumberTable(1);

    for (let number = 0; number < 3000; number += 1) table.add(`key ${number}`, number);

    expect([table.size, table.slots]).toEqual([3000, 8192]);
    expect(table.at(table.find("key 2999"))).toBe(2999);
    expect(table.find("key 3000")).toBe(-1);
  });

  it("sweeps what has passed", () => {
    const table = new NumberTable(1);
    for (let number = 0; number < 100; number += 1) table.add(`key ${number}`, number);

    for (let times = 0; times < 1024; times += 1) table.sweep(49);

    expect(table.size).toBe(50);
    expect(table.find("key 49")).toBe(-1);
    expect(table.find("key 50")).toBeGreaterThanOrEqual(0);
  });
});
