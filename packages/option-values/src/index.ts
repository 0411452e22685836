/**
 * What people write for an amount in the options of a mode or plugin: schemas that check it, and functions that
 * read what was checked. Core reads its own configuration, where `false` may stand for most of these.
 */
import type { ZodMiniType } from "zod/mini";
import { int, literal, maximum, minimum, number, refine, string, union } from "zod/mini";
import { durationExpectation, parseDurationMs, parseSizeBytes, sizeExpectation } from "@backworks/core";

/** A number in the unit that the option has without one, or a text with its unit. */
export type Amount = number | string;

const dayMs = 86_400_000;

/** What Node's timers can hold. */
const longestTimerMs = 2 ** 31 - 1;

/** A duration within bounds. `toMs` makes milliseconds of it. */
export function duration(leastMs: number = 1, mostMs: number = longestTimerMs): ZodMiniType<Amount, Amount> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(
    refine((value) => (parseDurationMs(value) ?? -1) >= leastMs, `${wanted}, at least ${leastMs}ms`),
    refine((value) => (parseDurationMs(value) ?? 0) <= mostMs, `must be ${Math.floor(mostMs / dayMs)} days at most`),
  );
}

/** A duration, or `false` for no limit. `toLimitMs` makes milliseconds of it. */
export function timeLimit(): ZodMiniType<Amount | false, Amount | false> {
  return union([literal(false), duration()], `must be ${durationExpectation}, or false for no limit`);
}

/** A size of at least so many bytes. `toBytes` makes a number of it. */
export function size(leastBytes: number = 0): ZodMiniType<Amount, Amount> {
  const wanted = `must be ${sizeExpectation}${leastBytes > 0 ? `, at least ${leastBytes}B` : ""}`;
  return union([number(), string()], wanted).check(
    refine((value) => (parseSizeBytes(value) ?? -1) >= leastBytes, wanted),
  );
}

/** A whole number within bounds. */
export function count(least: number, most: number = 1_000_000): ZodMiniType<number, number> {
  const wanted = `must be a whole number from ${least} to ${most}`;
  return int(wanted).check(minimum(least, wanted), maximum(most, wanted));
}

/** `5`, `5%` or `"5%"`: parts of a hundred. `toRatio` makes a ratio of it. */
export function percent(): ZodMiniType<Amount, Amount> {
  const wanted = "must be a percentage from 0 to 100, such as 5 or 5%";
  return union([number(), string()], wanted).check(refine((value) => parseRatio(value) !== undefined, wanted));
}

/** Milliseconds of a checked duration. */
export function toMs(value: Amount): number {
  return parseDurationMs(value) ?? 0;
}

/** Milliseconds of a checked limit; `Infinity` for none. */
export function toLimitMs(value: Amount | false): number {
  return value === false ? Infinity : toMs(value);
}

/** Bytes of a checked size. */
export function toBytes(value: Amount): number {
  return parseSizeBytes(value) ?? 0;
}

/** Ratio, 0 to 1, of a checked percentage. */
export function toRatio(value: Amount): number {
  return parseRatio(value) ?? 0;
}

function parseRatio(value: Amount): number | undefined {
  const [, amount] = /^(\d{1,3}(?:\.\d{1,6})?)\s*%?$/.exec(String(value).trim()) ?? [];
  const percentage = Number(amount);
  return percentage >= 0 && percentage <= 100 ? percentage / 100 : undefined;
}
