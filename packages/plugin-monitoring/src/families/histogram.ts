import type { SeriesBudget } from "./budget.ts";
import type { Exemplar, Family, Row, Sample } from "./family.ts";
import { SeriesTable } from "./series-table.ts";
import { writeBound, writeNumber, writeSeries } from "./text.ts";
import type { Format, Labels } from "./text.ts";

/** What a histogram is. */
export interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds, rising, without infinity. */
  readonly buckets: readonly number[];
  readonly budget: SeriesBudget;
  readonly overflow?: (labels: Labels) => Labels;
}

/**
 * Histograms of one name: for each series a row of counts, not cumulative, the last for what is above all bounds, and then the sum.
 *
 * An observation writes two numbers of typed arrays and allocates nothing (bench: monitoring).
 */
export class Histogram implements Family {
  readonly name: string;
  help: string;
  readonly type = "histogram" as const;
  readonly over = "sum" as const;
  readonly shape: string;
  readonly buckets: readonly number[];
  readonly #bounds: Float64Array;
  /** Of each format, `le="…"`. */
  readonly #written: Readonly<Record<Format, readonly string[]>>;
  readonly #width: number;
  readonly #table: SeriesTable;
  /** `width` for each series. */
  #values = new Float64Array(0);
  /** By series and bucket. */
  readonly #exemplars = new Map<number, Map<number, Exemplar>>();

  constructor({ name, help, labelNames, buckets, budget, overflow }: HistogramOptions) {
    this.name = name;
    this.help = help;
    this.buckets = buckets;
    this.#bounds = Float64Array.from(buckets);
    const written = (format: Format): readonly string[] =>
      [...buckets, Infinity].map((bound) => `le="${writeBound(bound, format)}"`);
    this.#written = { text: written("text"), openmetrics: written("openmetrics") };
    this.shape = JSON.stringify([name, labelNames, buckets]);
    this.#width = buckets.length + 2;
    const linesEach = this.#width + 1;
    const grow = (size: number): void => this.#grow(size);
    this.#table = new SeriesTable({ labelNames, budget, linesEach, grow, ...(overflow && { overflow }) });
  }

  /** The number of a series, for `observe`. */
  bind(labels: Labels): number {
    return this.#table.numberOf(labels);
  }

  get count(): number {
    return this.#table.count;
  }

  labelsOf(series: number): Labels {
    return this.#table.labels[series] ?? {};
  }

  /** Counts one value. Returns its bucket, for `setExemplar`. */
  observe(series: number, value: number): number {
    const bounds = this.#bounds;
    const last = bounds.length;
    let bucket = 0;
    // Not `>`: what is no number belongs to no bound.
    while (bucket < last && !(value <= (bounds[bucket] as number))) bucket += 1;
    const values = this.#values;
    const first = series * this.#width;
    const sum = first + last + 1;
    values[first + bucket] = (values[first + bucket] as number) + 1;
    values[sum] = (values[sum] as number) + value;
    return bucket;
  }

  /** The trace of an observation; the last one of each bucket is kept. */
  setExemplar(series: number, bucket: number, exemplar: Exemplar): void {
    const own = this.#exemplars.get(series) ?? new Map<number, Exemplar>();
    this.#exemplars.set(series, own);
    own.set(bucket, exemplar);
  }

  forgetExemplars(): void {
    this.#exemplars.clear();
  }

  /** Adds the counts of one series, not cumulative, to `into`; returns how many there are. */
  addCounts(series: number, into: Float64Array): number {
    let total = 0;
    for (const [bucket, count] of this.#countsOf(series).entries()) {
      into[bucket] = (into[bucket] ?? 0) + count;
      total += count;
    }
    return total;
  }

  /** Nobody writes it any more: its series are free for others. */
  free(): void {
    this.#table.free();
  }

  *rows(): Iterable<Row> {
    for (let series = 0; series < this.#table.count; series += 1) {
      const key = this.#table.written[series] ?? "";
      yield { key, numbers: this.#rowOf(series), exemplars: this.#exemplars.get(series) };
    }
  }

  write({ key, numbers, exemplars }: Row, format: Format): string {
    const before = `${this.name}_bucket{${key}${key === "" ? "" : ","}`;
    const bounds = this.#written[format];
    let text = "";
    let total = 0;
    for (let bucket = 0; bucket < bounds.length; bucket += 1) {
      total += numbers[bucket] ?? 0;
      const exemplar = format === "openmetrics" ? exemplars?.get(bucket) : undefined;
      text += `${before}${bounds[bucket] ?? ""}} ${total}${exemplar === undefined ? "" : writeExemplar(exemplar)}\n`;
    }
    text += `${writeSeries(`${this.name}_sum`, key)} ${writeNumber(numbers.at(-1) ?? 0)}\n`;
    return `${text}${writeSeries(`${this.name}_count`, key)} ${total}\n`;
  }

  samples(): readonly Sample[] {
    return this.#table.labels.flatMap((labels, series) => this.#samplesOf(labels, series));
  }

  #samplesOf(labels: Labels, series: number): readonly Sample[] {
    const counts = this.#countsOf(series);
    let total = 0;
    const buckets = [...this.buckets, Infinity].map((bound, bucket) => {
      total += counts[bucket] ?? 0;
      return { name: `${this.name}_bucket`, labels: { ...labels, le: writeNumber(bound) }, value: total };
    });
    return [
      ...buckets,
      { name: `${this.name}_sum`, labels, value: this.#rowOf(series).at(-1) ?? 0 },
      { name: `${this.name}_count`, labels, value: total },
    ];
  }

  #countsOf(series: number): Float64Array {
    return this.#rowOf(series).subarray(0, -1);
  }

  #rowOf(series: number): Float64Array {
    return this.#values.subarray(series * this.#width, (series + 1) * this.#width);
  }

  #grow(size: number): void {
    const values = new Float64Array(size * this.#width);
    values.set(this.#values);
    this.#values = values;
  }
}

function writeExemplar({ traceId, spanId, value, at }: Exemplar): string {
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${writeNumber(value)} ${(at / 1000).toFixed(3)}`;
}
