import type { Totals, TotalsTable } from "../../processes.ts";

/** The totals of one topic: of processes that run, and of those that have ended. */
export class TopicTotals {
  readonly #running = new Map<number, Totals>();
  #ended: Totals = {};

  /** What a process counted so far, in the place of what it told before. */
  take(id: number, totals: Totals): void {
    this.#running.set(id, totals);
  }

  /** A process counts no more; what it counted stays. */
  end(id: number): void {
    const totals = this.#running.get(id);
    if (totals === undefined) return;
    this.#running.delete(id);
    this.#ended = addTotals([this.#ended, totals]);
  }

  sum(): Totals {
    return addTotals([this.#ended, ...this.#running.values()]);
  }
}

/** Adds numbers of the same table and key. */
export function addTotals(all: readonly Totals[]): Totals {
  const sums = new Map<string, TableSum>();
  for (const totals of all) {
    for (const [name, table] of Object.entries(totals)) {
      const sum = sums.get(name) ?? new TableSum();
      sums.set(name, sum);
      sum.add(table);
    }
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, sum.table]));
}

class TableSum {
  /** Where the numbers of a key begin. */
  readonly #places = new Map<string, number>();
  readonly #numbers: number[] = [];
  #width = 0;

  add({ keys, numbers }: TotalsTable): void {
    if (keys.length === 0) return;
    const width = numbers.length / keys.length;
    if (this.#width === 0) this.#width = width;
    // Of another shape, and so of another meaning.
    if (width !== this.#width) return;
    for (const [index, key] of keys.entries()) this.#addRow(key, numbers.subarray(index * width, (index + 1) * width));
  }

  #addRow(key: string, row: Float64Array): void {
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#places.set(key, this.#numbers.length);
      this.#numbers.push(...row);
      return;
    }
    for (const [index, value] of row.entries())
      this.#numbers[place + index] = (this.#numbers[place + index] ?? 0) + value;
  }

  get table(): TotalsTable {
    return { keys: [...this.#places.keys()], numbers: Float64Array.from(this.#numbers) };
  }
}
