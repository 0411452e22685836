import type { ZodMiniType } from "zod/mini";
import { number, refine, string, union } from "zod/mini";
import { durationExpectation, parseDurationMs } from "../../../units.ts";

/** A duration as the file has it: seconds as a number, or text with a unit. `toMs` makes milliseconds of it. */
export function duration(): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(refine((value) => parseDurationMs(value) !== undefined, wanted));
}

/** Milliseconds of a checked duration. */
export function toMs(value: number | string): number {
  return parseDurationMs(value) ?? 0;
}
