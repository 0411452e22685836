import type { SeriesBudget } from "./budget.ts";
import type { Family, Sample } from "./family.ts";
import { SeriesTable } from "./series-table.ts";
import { writeNumber, writeSeries } from "./text.ts";
import type { Labels } from "./text.ts";

/** What a family of single numbers is. */
export interface NumbersOptions {
  /** That of a counter ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly labelNames: readonly string[];
  readonly budget: SeriesBudget;
}

/** Counters or gauges: one number for each series, in one typed array. */
export class Numbers implements Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly #table: SeriesTable;
  #values = new Float64Array(0);

  constructor({ name, help, type, labelNames, budget }: NumbersOptions) {
    this.name = name;
    this.help = help;
    this.type = type;
    const grow = (size: number): void => {
      const values = new Float64Array(size);
      values.set(this.#values);
      this.#values = values;
    };
    this.#table = new SeriesTable({ labelNames, budget, linesEach: 1, grow });
  }

  /** The number of a series, for `add` and `set`. */
  bind(labels: Labels): number {
    return this.#table.numberOf(labels);
  }

  add(series: number, amount: number): void {
    this.#values[series] = (this.#values[series] ?? 0) + amount;
  }

  set(series: number, value: number): void {
    this.#values[series] = value;
  }

  *lines(): Iterable<string> {
    for (let series = 0; series < this.#table.count; series += 1) {
      const labels = this.#table.written[series] ?? "";
      yield `${writeSeries(this.name, labels)} ${writeNumber(this.#values[series] ?? 0)}\n`;
    }
  }

  samples(): readonly Sample[] {
    return this.#table.labels.map((labels, series) => ({ name: this.name, labels, value: this.#values[series] ?? 0 }));
  }
}
