import type { TotalsTable } from "@backworks/core";
import type { Row } from "../families/family.ts";

/** Rows of one family, all as wide, as processes hand them to each other. */
export function toTable(rows: Iterable<Row>): TotalsTable {
  const all = [...rows];
  const width = all[0]?.numbers.length ?? 0;
  const numbers = new Float64Array(all.length * width);
  for (const [index, row] of all.entries()) numbers.set(row.numbers, index * width);
  return { keys: all.map(({ key }) => key), numbers };
}

/** The rows of a table. */
export function toRows({ keys, numbers }: TotalsTable): readonly Row[] {
  const width = numbers.length / keys.length;
  return keys.map((key, index) => ({ key, numbers: numbers.subarray(index * width, (index + 1) * width) }));
}
