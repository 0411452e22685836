import { describe, expect, it } from "@jest/globals";
import type { Combination } from "../families/family.ts";
import { combineTables } from "./combine.ts";
import { toTable } from "./tables.ts";

/** A value with its time, of two series. */
const one = toTable([
  { key: "a", numbers: Float64Array.of(1, 30) },
  { key: "b", numbers: Float64Array.of(7, 10) },
]);
const other = toTable([{ key: "a", numbers: Float64Array.of(5, 20) }]);

describe("numbers of several processes", () => {
  it.each<[Combination, number]>([
    ["sum", 6],
    ["min", 1],
    ["max", 5],
    ["average", 3],
    ["first", 1],
    ["latest", 1],
  ])("become one by their %s", (over, expected) => {
    const rows = combineTables([one, other], over);

    expect(rows.map(({ key, numbers }) => [key, numbers[0]])).toEqual([
      ["a", expected],
      ["b", 7],
    ]);
  });

  it("are left out where their metric wants that", () => {
    expect(combineTables([one, other], "omit")).toEqual([]);
  });

  it("are nothing where no process has any", () => {
    expect(combineTables([toTable([]), toTable([])], "sum")).toEqual([]);
  });
});
