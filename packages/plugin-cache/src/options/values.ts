import type { ZodMiniType } from "zod/mini";
import { minLength, number, refine, regex, string, union } from "zod/mini";
import { durationExpectation, parseDurationMs, parseSizeBytes, sizeExpectation } from "@backworks/core";

/** A year: more than that is no cache (RFC 2616 asked for no more). */
const longestMs = 365 * 86_400_000;

/** A duration. `toMs` makes milliseconds of it. */
export function duration(): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}`;
  return union([number(), string()], wanted).check(
    refine((value) => parseDurationMs(value) !== undefined, wanted),
    refine((value) => (parseDurationMs(value) ?? 0) <= longestMs, "must be 365 days at most"),
  );
}

/** A size in bytes. `toBytes` makes a number of it. */
export function size(): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${sizeExpectation}, at least 1KB`;
  return union([number(), string()], wanted).check(refine((value) => (parseSizeBytes(value) ?? 0) >= 1024, wanted));
}

/** A name of a header field. */
export const fieldName = string().check(
  regex(/^[!#$%&'*+.^_`|~\w-]+$/, "must be the name of a header field, such as Accept-Language"),
);

/** A tag. */
export const tag = string().check(
  minLength(1),
  maximumText(256),
  regex(/^[^\s,*][^\s,]*$/, "must be a word without spaces and commas, such as users or user-{id}"),
);

function maximumText(most: number): ReturnType<typeof refine<string>> {
  return refine((value: string) => value.length <= most, `must have ${most} characters at most`);
}

/** Milliseconds of a checked duration. */
export function toMs(value: number | string | undefined): number {
  return value === undefined ? 0 : (parseDurationMs(value) ?? 0);
}

/** Bytes of a checked size. */
export function toBytes(value: number | string): number {
  return parseSizeBytes(value) ?? 0;
}
