import type { TotalsTable } from "@backworks/core";
import type { Combination, Row } from "../families/family.ts";
import { toRows } from "./tables.ts";

/** Makes one table of those that several processes have of one family. */
export function combineTables(tables: readonly TotalsTable[], over: Combination): readonly Row[] {
  if (over === "omit") return [];
  const byKey = new Map<string, Float64Array[]>();
  for (const table of tables) {
    for (const { key, numbers } of toRows(table)) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [numbers]);
      else known.push(numbers);
    }
  }
  return [...byKey].map(([key, all]) => ({ key, numbers: combine[over](all) }));
}

type Combine = (all: readonly Float64Array[]) => Float64Array;

/** Each number by itself. */
function eachNumber(fold: (values: readonly number[]) => number): Combine {
  return (all) => Float64Array.from(all[0] ?? [], (_, index) => fold(all.map((numbers) => numbers[index] ?? 0)));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const combine: Readonly<Record<Exclude<Combination, "omit">, Combine>> = {
  sum: eachNumber(sum),
  min: eachNumber((values) => Math.min(...values)),
  max: eachNumber((values) => Math.max(...values)),
  average: eachNumber((values) => sum(values) / values.length),
  first: (all) => all[0] ?? new Float64Array(),
  // The second number is the time of the first.
  latest: (all) => all.reduce((latest, numbers) => ((numbers[1] ?? 0) > (latest[1] ?? 0) ? numbers : latest)),
};
