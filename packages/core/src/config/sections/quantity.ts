import { int, literal, minimum, number, refine, string, union } from "zod/mini";
import type { ZodMiniType } from "zod/mini";
import { durationExpectation, parseDurationMs, parseSizeBytes, sizeExpectation } from "../../units.ts";
import type { Quantity } from "../config.ts";

/** A size of at least so many bytes, or `false`. */
export function size(least: number = 0): ZodMiniType<Quantity, Quantity> {
  const wanted = `must be ${sizeExpectation}, or false for no limit`;
  const written = union([number(), string()], wanted).check(
    refine(
      (value) => (parseSizeBytes(value) ?? -1) >= least,
      least > 1 ? `${wanted}; at least ${least} bytes` : wanted,
    ),
  );
  return union([literal(false), written], wanted);
}

/** A number of things, or `false`. */
export function count(least: number): ZodMiniType<number | false, number | false> {
  const wanted = `must be a whole number of at least ${least}, or false for no limit`;
  return union([literal(false), int(wanted).check(minimum(least, wanted))], wanted);
}

/** Node's timers run at once when they are to wait for longer. */
const mostMs = 2 ** 31 - 1;

/** A duration of at least so many milliseconds, or `false`. */
export function duration(leastMs: number = 1): ZodMiniType<Quantity, Quantity> {
  const written = between(leastMs, "must be 24 days at most; false is for no limit");
  return union([literal(false), written], `must be ${durationExpectation}, or false for no limit`);
}

/** A duration that cannot be switched off. */
export function fixedDuration(leastMs: number): ZodMiniType<number | string, number | string> {
  return between(leastMs, "must be 24 days at most");
}

function between(leastMs: number, tooLong: string): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(
    refine((value) => (parseDurationMs(value) ?? -1) >= leastMs, `${wanted}, at least ${leastMs}ms`),
    refine((value) => (parseDurationMs(value) ?? 0) <= mostMs, tooLong),
  );
}
