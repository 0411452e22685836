import type { output } from "zod/mini";
import { describe, int, minLength, minimum, optional, refine, strictObject, string, tuple, union } from "zod/mini";
import { suggest } from "../../../suggest.ts";
import { duration, toMs } from "./duration.ts";

const distribution = strictObject({
  uniform: optional(
    tuple([duration(), duration()], "two durations").check(
      refine(([least, most]) => toMs(least) <= toMs(most), "must be two durations, the shorter first"),
    ),
  ).check(describe("Evenly between two durations: [20ms, 80ms].")),
  normal: optional(
    strictObject({
      mean: duration().check(describe("Mean.")),
      sd: duration().check(describe("Standard deviation.")),
    }),
  ).check(describe("Normal distribution, cut off at 0.")),
  lognormal: optional(
    strictObject({
      p50: duration().check(describe("Median, above 0.")),
      p99: duration().check(describe("99th percentile, not below the median.")),
      max: optional(duration()).check(describe("Longest delay. Left out: no limit.")),
    }).check(
      refine(
        ({ p50, p99 }) => toMs(p50) > 0 && toMs(p99) >= toMs(p50),
        "must have a p50 above 0 and a p99 not below it",
      ),
    ),
  ).check(describe("Log-normal distribution by two of its percentiles: what latencies look like.")),
  trace: optional(string().check(minLength(1))).check(
    describe("File of durations replayed in order, then from the start: a JSON or YAML list, or a CSV column."),
  ),
}).check(({ value, issues }) => {
  const misspelt = issues.some((issue) => issue.code === "unrecognized_keys" && issue.keys.some(isNearKind));
  if (misspelt || Object.keys(value).length === 1) return;
  issues.push({ code: "custom", message: `must have one of ${distributionKinds.join(", ")}`, input: value });
});

const distributionKinds = ["uniform", "normal", "lognormal", "trace"];

/** Whether a key is one of the distributions, misspelt. */
function isNearKind(key: string): boolean {
  return suggest(key, distributionKinds) !== undefined;
}

/** Schema of `delay:`. */
export const delaySchema = union([duration(), distribution]).check(
  describe("Wait before the response: a duration, or a distribution it is drawn from."),
);

/** Schema of `dribble:`. */
export const dribbleSchema = strictObject({
  chunks: int().check(minimum(1)).check(describe("Parts the body is sent in.")),
  over: duration().check(describe("Time from the first part to the last.")),
}).check(describe("Sends the body in parts, evenly spread over a time."));

const bandwidthExpectation = 'must be a bandwidth such as "64kbps" or "2mbps"';

/** Schema of `bandwidth:`; bits per second. */
export const bandwidthSchema = string()
  .check(refine((value) => parseBitsPerSecond(value) !== undefined, bandwidthExpectation))
  .check(describe("Bits per second the body is sent with: bps, kbps, mbps, gbps in steps of 1000."));

export type DelayOptions = output<typeof delaySchema>;
export type DribbleOptions = output<typeof dribbleSchema>;

const factors: Readonly<Record<string, number>> = { bps: 1, kbps: 1e3, mbps: 1e6, gbps: 1e9 };

/** Bits per second of `64kbps`; `undefined` when it is none, or 0. */
export function parseBitsPerSecond(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const bits = Number(amount) * (factors[(unit ?? "").toLowerCase()] ?? Number.NaN);
  return bits > 0 ? bits : undefined;
}
