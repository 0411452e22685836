import type { RequestTotals } from "./request-totals.ts";

/** Totals at one moment. */
interface Snapshot {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly totals: RequestTotals;
}

/** What came within a window. */
export interface Increase {
  readonly requests: number;
  /** Answers of 500 and more. */
  readonly failed: number;
  /** By bucket, not cumulative. */
  readonly buckets: Float64Array;
  /** How long the window was really: shorter while there is less to look back on, longer where no moment is just so long ago. */
  readonly elapsedMs: number;
}

/** Totals of the past, as far back as rules look. */
export class History {
  /** How far back it is kept, in milliseconds. */
  keepMs = 0;
  #snapshots: Snapshot[] = [];

  /** Writes the totals of a moment down. */
  take(at: number, totals: RequestTotals): void {
    this.#snapshots.push({ at, totals });
    const oldest = this.#snapshots.findLastIndex((snapshot) => snapshot.at <= at - this.keepMs);
    if (oldest > 0) this.#snapshots = this.#snapshots.slice(oldest);
  }

  /** What came between the latest moment and the last that is as long before it; `undefined` when there is only one. */
  increase(windowMs: number): Increase | undefined {
    const latest = this.#snapshots.at(-1);
    if (latest === undefined) return undefined;
    // Never less than the window: timers are late by a little, and a window may be shorter than the time between two moments.
    const first = this.#snapshots.findLast(({ at }) => at <= latest.at - windowMs) ?? this.#snapshots[0];
    if (first === undefined || first === latest) return undefined;
    const came = latest.totals.map((count, index) => count - (first.totals[index] ?? 0));
    const [requests = 0, failed = 0] = came;
    return { requests, failed, buckets: came.subarray(2), elapsedMs: latest.at - first.at };
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
