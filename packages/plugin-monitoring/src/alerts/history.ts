import type { RequestTotals } from "./request-totals.ts";

/** Totals at one moment. */
interface Snapshot {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly totals: RequestTotals;
}

/** Totals of the past as processes hand them to each other: the monotonic clock of each begins elsewhere. */
export interface PackedHistory {
  /** Milliseconds that each moment is past, the oldest first. */
  readonly ages: Float64Array;
  /** Totals of the first moment, then of the second … */
  readonly numbers: Float64Array;
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

  /** Whether nothing was written down yet. */
  get isEmpty(): boolean {
    return this.#snapshots.length === 0;
  }

  /** Writes the totals of a moment down. */
  take(at: number, totals: RequestTotals): void {
    this.#snapshots.push({ at, totals });
    this.#forget(at);
  }

  /** As data: all of it, or what came last. */
  pack(at: number, how: "whole" | "latest"): PackedHistory {
    const snapshots = how === "whole" ? this.#snapshots : this.#snapshots.slice(-1);
    const width = snapshots[0]?.totals.length ?? 0;
    const numbers = new Float64Array(snapshots.length * width);
    for (const [index, { totals }] of snapshots.entries()) numbers.set(totals, index * width);
    return { ages: Float64Array.from(snapshots, (snapshot) => at - snapshot.at), numbers };
  }

  /** Takes what another process has of the time before and after the moments that are here. */
  unpack(at: number, { ages, numbers }: PackedHistory): void {
    const width = numbers.length / ages.length;
    const given = Array.from(ages, (age, index): Snapshot => {
      const totals = numbers.slice(index * width, (index + 1) * width);
      return { at: at - age, totals };
    });
    const [first, last] = [this.#snapshots[0]?.at ?? Infinity, this.#snapshots.at(-1)?.at ?? Infinity];
    const [before, after] = [given.filter((one) => one.at < first), given.filter((one) => one.at > last)];
    this.#snapshots = [...before, ...this.#snapshots, ...after];
    this.#forget(at);
  }

  #forget(at: number): void {
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
