import type { Histogram } from "../families/histogram.ts";

/** Totals of all requests at one moment. */
interface Snapshot {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly requests: number;
  readonly failed: number;
  /** By bucket, not cumulative. */
  readonly buckets: Float64Array;
}

/** What came within a window. */
export interface Increase {
  readonly requests: number;
  /** Answers of 500 and more. */
  readonly failed: number;
  /** By bucket, not cumulative. */
  readonly buckets: Float64Array;
  /** How long the window was really: shorter while there is less to look back on. */
  readonly elapsedMs: number;
}

/** Totals of the past, as far back as rules look. */
export class History {
  /** How far back it is kept, in milliseconds. */
  keepMs = 0;
  readonly #durations: Histogram;
  #snapshots: Snapshot[] = [];

  constructor(durations: Histogram) {
    this.#durations = durations;
  }

  /** Writes the totals down. */
  take(at: number): void {
    const buckets = new Float64Array(this.#durations.buckets.length + 1);
    let requests = 0;
    let failed = 0;
    for (let series = 0; series < this.#durations.count; series += 1) {
      const count = this.#durations.addCounts(series, buckets);
      requests += count;
      if (this.#durations.labelsOf(series)["http_response_status_code"]?.startsWith("5") === true) failed += count;
    }
    this.#snapshots.push({ at, requests, failed, buckets });
    const oldest = this.#snapshots.findLastIndex((snapshot) => snapshot.at <= at - this.keepMs);
    if (oldest > 0) this.#snapshots = this.#snapshots.slice(oldest);
  }

  /** What came between the latest moment and one so long before it; `undefined` when there is only one. */
  increase(windowMs: number): Increase | undefined {
    const latest = this.#snapshots.at(-1);
    if (latest === undefined) return undefined;
    const first = this.#snapshots.find(({ at }) => at >= latest.at - windowMs) ?? latest;
    if (first === latest) return undefined;
    return {
      requests: latest.requests - first.requests,
      failed: latest.failed - first.failed,
      buckets: latest.buckets.map((count, bucket) => count - (first.buckets[bucket] ?? 0)),
      elapsedMs: latest.at - first.at,
    };
  }
}

/**
 * A quantile of a histogram, spread evenly within a bucket; above all bounds it is the last bound. `undefined` when nothing was counted.
 *
 * Source: Prometheus, `histogram_quantile`.
 */
export function quantile(ratio: number, counts: Float64Array, bounds: readonly number[]): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = ratio * total;
  let below = 0;
  for (const [bucket, bound] of bounds.entries()) {
    const count = counts[bucket] ?? 0;
    if (below + count >= rank && count > 0) {
      const lower = bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0);
      return lower + (bound - lower) * ((rank - below) / count);
    }
    below += count;
  }
  return bounds.at(-1);
}
