import type { SeriesBudget } from "./budget.ts";
import { otherLabel } from "./family.ts";
import { writeLabels } from "./text.ts";
import type { Labels } from "./text.ts";

/** Whose series the table numbers. */
export interface SeriesTableOptions {
  readonly labelNames: readonly string[];
  readonly budget: SeriesBudget;
  /** Lines one series has. */
  readonly linesEach: number;
  /** Makes room in what is indexed by number. */
  grow(size: number): void;
  /** Labels of the series that is counted instead when the budget is used up. @defaultValue `__other__` in each */
  overflow?(labels: Labels): Labels;
}

/** Numbers the series of one metric from 0, each with its labels written once. */
export class SeriesTable {
  /** By number, written. */
  readonly written: string[] = [];
  /** By number. */
  readonly labels: Labels[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #options: SeriesTableOptions;
  #size = 0;
  /** Of the budget; the series that stands for all others has none. */
  #linesTaken = 0;

  constructor(options: SeriesTableOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.labels.length;
  }

  /** The number of these labels; those of the overflow when no series can be made any more. */
  numberOf(labels: Labels): number {
    const written = writeLabels(labels);
    const known = this.#numbers.get(written);
    if (known !== undefined) return known;
    const { budget, linesEach } = this.#options;
    if (budget.take(linesEach)) {
      this.#linesTaken += linesEach;
      return this.#add(labels, written);
    }
    const other = this.#options.overflow?.(labels) ?? this.#allOther();
    const otherWritten = writeLabels(other);
    return this.#numbers.get(otherWritten) ?? this.#add(other, otherWritten);
  }

  /** Lets go of its part of the budget: nobody writes it any more. */
  free(): void {
    this.#options.budget.give(this.#linesTaken);
    this.#linesTaken = 0;
  }

  #allOther(): Labels {
    return Object.fromEntries(this.#options.labelNames.map((name) => [name, otherLabel]));
  }

  #add(labels: Labels, written: string): number {
    const number = this.labels.length;
    if (number >= this.#size) {
      this.#size = Math.max(8, this.#size * 2);
      this.#options.grow(this.#size);
    }
    this.labels.push(labels);
    this.written.push(written);
    this.#numbers.set(written, number);
    return number;
  }
}
