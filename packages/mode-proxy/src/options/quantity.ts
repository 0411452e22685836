import type { ZodMiniType } from "zod/mini";
import { int, literal, maximum, minimum, number, refine, string, union } from "zod/mini";
import { durationExpectation, parseDurationMs, parseSizeBytes, sizeExpectation } from "@backworks/core";

/** What Node's timers can hold. */
const longestMs = 2 ** 31 - 1;

/** A duration of at least so many milliseconds. `toMs` makes milliseconds of it. */
export function duration(leastMs: number = 1): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(
    refine((value) => (parseDurationMs(value) ?? -1) >= leastMs, `${wanted}, at least ${leastMs}ms`),
    refine((value) => (parseDurationMs(value) ?? 0) <= longestMs, "must be 24 days at most; false is for no limit"),
  );
}

/** A duration, or `false` for no limit. `toLimitMs` makes milliseconds of it. */
export function timeLimit(): ZodMiniType<number | string | false, number | string | false> {
  return union([literal(false), duration()], `must be ${durationExpectation}, or false for no limit`);
}

/** A size in bytes. `toBytes` makes a number of it. */
export function size(): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${sizeExpectation}`;
  return union([number(), string()], wanted).check(refine((value) => parseSizeBytes(value) !== undefined, wanted));
}

/** A whole number within bounds. */
export function count(least: number, most: number = 1_000_000): ZodMiniType<number, number> {
  const wanted = `must be a whole number from ${least} to ${most}`;
  return int(wanted).check(minimum(least, wanted), maximum(most, wanted));
}

/** `5`, `5%` or `"5%"`: parts of a hundred. `toRatio` makes a ratio of it. */
export function percent(): ZodMiniType<number | string, number | string> {
  const wanted = "must be a percentage from 0 to 100, such as 5 or 5%";
  return union([number(), string()], wanted).check(refine((value) => parseRatio(value) !== undefined, wanted));
}

/** Milliseconds of a checked duration. */
export function toMs(value: number | string): number {
  return parseDurationMs(value) ?? 0;
}

/** Milliseconds of a checked limit; `Infinity` for none. */
export function toLimitMs(value: number | string | false): number {
  return value === false ? Infinity : toMs(value);
}

/** Bytes of a checked size. */
export function toBytes(value: number | string): number {
  return parseSizeBytes(value) ?? 0;
}

/** Ratio, 0 to 1, of a checked percentage. */
export function toRatio(value: number | string): number {
  return parseRatio(value) ?? 0;
}

function parseRatio(value: number | string): number | undefined {
  const [, amount] = /^(\d{1,3}(?:\.\d{1,6})?)\s*%?$/.exec(String(value).trim()) ?? [];
  const percentage = Number(amount);
  return percentage >= 0 && percentage <= 100 ? percentage / 100 : undefined;
}
