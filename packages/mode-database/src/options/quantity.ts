import { durationExpectation, parseDurationMs } from "@backworks/core";
import { int, literal, maximum, minimum, number, refine, string, union } from "zod/mini";
import type { ZodMiniType } from "zod/mini";

/** What Node's timers can hold. */
const longestMs = 2 ** 31 - 1;

/** A duration of at least so many milliseconds. `toMs` makes milliseconds of it. */
export function duration(leastMs: number = 1): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(
    refine((value) => (parseDurationMs(value) ?? -1) >= leastMs, `${wanted}, at least ${leastMs}ms`),
    refine((value) => (parseDurationMs(value) ?? 0) <= longestMs, "must be 24 days at most"),
  );
}

/** A duration, or `false` for no limit. */
export function timeLimit(): ZodMiniType<number | string | false, number | string | false> {
  return union([literal(false), duration()], `must be ${durationExpectation}, or false for no limit`);
}

/** A whole number within bounds. */
export function count(least: number, most: number): ZodMiniType<number, number> {
  const wanted = `must be a whole number from ${least} to ${most}`;
  return int(wanted).check(minimum(least, wanted), maximum(most, wanted));
}

/** Milliseconds of a checked duration; 0 for no limit. */
export function toMs(value: number | string | false): number {
  return value === false ? 0 : (parseDurationMs(value) ?? 0);
}
