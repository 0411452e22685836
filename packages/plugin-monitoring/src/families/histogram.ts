import type { SeriesBudget } from "./budget.ts";
import type { Family, Sample } from "./family.ts";
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

/** An observation with the trace it belongs to. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * Histograms of one name: for each series a row of counts, the last for what is above all bounds, and a sum.
 *
 * An observation writes two numbers of typed arrays and allocates nothing (bench: monitoring).
 */
export class Histogram implements Family {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram" as const;
  readonly buckets: readonly number[];
  readonly #bounds: Float64Array;
  readonly #width: number;
  readonly #table: SeriesTable;
  /** Not cumulative; `width` for each series. */
  #counts = new Float64Array(0);
  #sums = new Float64Array(0);
  /** By the place of their bucket in `counts`. */
  readonly #exemplars = new Map<number, Exemplar>();

  constructor({ name, help, labelNames, buckets, budget, overflow }: HistogramOptions) {
    this.name = name;
    this.help = help;
    this.buckets = buckets;
    this.#bounds = Float64Array.from(buckets);
    this.#width = buckets.length + 1;
    const linesEach = this.#width + 2;
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

  /** Counts one value. Returns the place of its bucket, for `setExemplar`. */
  observe(series: number, value: number): number {
    const bounds = this.#bounds;
    const last = bounds.length;
    let bucket = 0;
    // Not `>`: what is no number belongs to no bound.
    while (bucket < last && !(value <= (bounds[bucket] as number))) bucket += 1;
    const place = series * this.#width + bucket;
    this.#counts[place] = (this.#counts[place] as number) + 1;
    this.#sums[series] = (this.#sums[series] as number) + value;
    return place;
  }

  /** The trace of an observation; the last one of each bucket is kept. */
  setExemplar(place: number, exemplar: Exemplar): void {
    this.#exemplars.set(place, exemplar);
  }

  /** Adds the counts of one series, not cumulative, to `into`; returns how many there are. */
  addCounts(series: number, into: Float64Array): number {
    let total = 0;
    for (let bucket = 0; bucket < this.#width; bucket += 1) {
      const count = this.#counts[series * this.#width + bucket] ?? 0;
      into[bucket] = (into[bucket] ?? 0) + count;
      total += count;
    }
    return total;
  }

  *lines(format: Format): Iterable<string> {
    const bounds = [...this.buckets, Infinity].map((bound) => `le="${writeBound(bound, format)}"`);
    for (let series = 0; series < this.#table.count; series += 1) yield this.#linesOf(series, bounds, format);
  }

  samples(): readonly Sample[] {
    return this.#table.labels.flatMap((labels, series) => this.#samplesOf(labels, series));
  }

  #linesOf(series: number, bounds: readonly string[], format: Format): string {
    const labels = this.#table.written[series] ?? "";
    const before = `${this.name}_bucket{${labels}${labels === "" ? "" : ","}`;
    let text = "";
    let total = 0;
    for (let bucket = 0; bucket < this.#width; bucket += 1) {
      const place = series * this.#width + bucket;
      total += this.#counts[place] ?? 0;
      text += `${before}${bounds[bucket] ?? ""}} ${total}${format === "openmetrics" ? this.#exemplarAt(place) : ""}\n`;
    }
    text += `${writeSeries(`${this.name}_sum`, labels)} ${writeNumber(this.#sums[series] ?? 0)}\n`;
    return `${text}${writeSeries(`${this.name}_count`, labels)} ${total}\n`;
  }

  #exemplarAt(place: number): string {
    const exemplar = this.#exemplars.get(place);
    if (exemplar === undefined) return "";
    const { traceId, spanId, value, at } = exemplar;
    return ` # {trace_id="${traceId}",span_id="${spanId}"} ${writeNumber(value)} ${(at / 1000).toFixed(3)}`;
  }

  #samplesOf(labels: Labels, series: number): readonly Sample[] {
    let total = 0;
    const buckets = [...this.buckets, Infinity].map((bound, bucket) => {
      total += this.#counts[series * this.#width + bucket] ?? 0;
      return { name: `${this.name}_bucket`, labels: { ...labels, le: writeNumber(bound) }, value: total };
    });
    return [
      ...buckets,
      { name: `${this.name}_sum`, labels, value: this.#sums[series] ?? 0 },
      { name: `${this.name}_count`, labels, value: total },
    ];
  }

  #grow(size: number): void {
    const counts = new Float64Array(size * this.#width);
    counts.set(this.#counts);
    this.#counts = counts;
    const sums = new Float64Array(size);
    sums.set(this.#sums);
    this.#sums = sums;
  }
}
