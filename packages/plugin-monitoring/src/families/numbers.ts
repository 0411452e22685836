import type { SeriesBudget } from "./budget.ts";
import type { Combination, Family, Row, Sample } from "./family.ts";
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

/** The value of a gauge, and since when it is that. */
export interface GaugeValue {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Counters or gauges: one number for each series, in one typed array; of gauges another one says since when. */
export class Numbers implements Family {
  readonly name: string;
  help: string;
  readonly type: "counter" | "gauge";
  readonly over: Combination;
  readonly shape: string;
  readonly #table: SeriesTable;
  readonly #width: number;
  #values = new Float64Array(0);

  constructor({ name, help, type, labelNames, budget }: NumbersOptions) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.over = type === "gauge" ? "latest" : "sum";
    this.shape = JSON.stringify([name, type, labelNames]);
    this.#width = type === "gauge" ? 2 : 1;
    const grow = (size: number): void => {
      const values = new Float64Array(size * this.#width);
      values.set(this.#values);
      this.#values = values;
    };
    this.#table = new SeriesTable({ labelNames, budget, linesEach: 1, grow });
  }

  /** The number of a series, for `add` and `set`. */
  bind(labels: Labels): number {
    return this.#table.numberOf(labels);
  }

  /** Of a counter. */
  add(series: number, amount: number): void {
    this.#values[series] = (this.#values[series] ?? 0) + amount;
  }

  /** Of a gauge; `at` is in milliseconds since the Unix epoch. */
  set(series: number, value: number, at: number): void {
    this.#values[series * 2] = value;
    this.#values[series * 2 + 1] = at;
  }

  /** Nobody writes it any more: its series are free for others. */
  free(): void {
    this.#table.free();
  }

  *rows(): Iterable<Row> {
    for (let series = 0; series < this.#table.count; series += 1) {
      const key = writeSeries("", this.#table.written[series] ?? "");
      yield { key, numbers: this.#values.subarray(series * this.#width, (series + 1) * this.#width) };
    }
  }

  write({ key, numbers }: Row): string {
    return `${this.name}${key} ${writeNumber(numbers[0] ?? 0)}\n`;
  }

  samples(): readonly Sample[] {
    return this.#table.labels.map((labels, series) => ({
      name: this.name,
      labels,
      value: this.#values[series * this.#width] ?? 0,
    }));
  }

  /** Of a gauge. */
  gaugeValues(): readonly GaugeValue[] {
    return this.samples().map(({ labels, value }, series) => ({
      labels,
      value,
      at: this.#values[series * 2 + 1] ?? 0,
    }));
  }
}
