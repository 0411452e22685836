/** Times of requests, in milliseconds. */
export interface Latencies {
  add(ms: number): void;
  /** The time that this share of requests stayed under. `ratio` is 0 to 1; 0 when there are none. */
  percentile(ratio: number): number;
  readonly max: number;
}

/** Steps of one in a hundred between 1 us and 1,000 s: what is told is at most 1 % too high. */
const stepRatio = 1.01;
const smallestMs = 0.001;
const steps = Math.ceil(Math.log(1e9) / Math.log(stepRatio));

export function createLatencies(): Latencies {
  const counts = new Uint32Array(steps);
  let total = 0;
  let max = 0;
  return {
    add(ms) {
      const step = Math.min(
        Math.ceil(Math.log(Math.max(ms, smallestMs) / smallestMs) / Math.log(stepRatio)),
        steps - 1,
      );
      counts[step] = (counts[step] ?? 0) + 1;
      total += 1;
      max = Math.max(max, ms);
    },
    percentile(ratio) {
      let left = Math.ceil(total * ratio);
      for (const [step, count] of counts.entries()) {
        left -= count;
        if (left <= 0 && total > 0) return Math.min(max, smallestMs * stepRatio ** step);
      }
      return max;
    },
    get max() {
      return max;
    },
  };
}
