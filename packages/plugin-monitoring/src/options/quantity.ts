import { durationExpectation, parseDurationMs } from "@backworks/core";
import type { ZodMiniType } from "zod/mini";
import { int, maximum, minimum, number, refine, string, union } from "zod/mini";

/** What Node's timers can hold. */
const longestMs = 2 ** 31 - 1;

/** A duration of at least so many milliseconds; `toMs` makes milliseconds of it. */
export function duration(leastMs: number = 1): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(
    refine((value) => (parseDurationMs(value) ?? -1) >= leastMs, `${wanted}, at least ${leastMs}ms`),
    refine((value) => (parseDurationMs(value) ?? 0) <= longestMs, "must be 24 days at most"),
  );
}

/** A whole number within bounds. */
export function count(least: number, most: number): ZodMiniType<number, number> {
  const wanted = `must be a whole number from ${least} to ${most}`;
  return int(wanted).check(minimum(least, wanted), maximum(most, wanted));
}

/** Milliseconds of a checked duration. */
export function toMs(value: number | string): number {
  return parseDurationMs(value) ?? 0;
}
