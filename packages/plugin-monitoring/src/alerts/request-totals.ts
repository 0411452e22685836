import type { Histogram } from "../families/histogram.ts";

/** All requests so far: how many, how many of them were answered with 500 and more, then how many by bucket, not cumulative. */
export type RequestTotals = Float64Array;

/** Of a histogram with a label `http_response_status_code`. */
export function readTotals(durations: Histogram): RequestTotals {
  const buckets = new Float64Array(durations.buckets.length + 1);
  let requests = 0;
  let failed = 0;
  for (let series = 0; series < durations.count; series += 1) {
    const count = durations.addCounts(series, buckets);
    requests += count;
    if (durations.labelsOf(series)["http_response_status_code"]?.startsWith("5") === true) failed += count;
  }
  return Float64Array.of(requests, failed, ...buckets);
}
