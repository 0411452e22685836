/** How many lines the series of all metrics may have together. */
export class SeriesBudget {
  /** Lines that series have. */
  used = 0;
  /** How often a series was wanted and not made. */
  refused = 0;
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether a series of so many lines may be made. */
  take(lines: number): boolean {
    if (this.used + lines > this.limit) {
      this.refused += 1;
      return false;
    }
    this.used += lines;
    return true;
  }

  /** Gives back the lines of series that are no more. */
  give(lines: number): void {
    this.used -= lines;
  }
}
