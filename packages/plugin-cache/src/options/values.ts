import type { ZodMiniType } from "zod/mini";
import { minLength, refine, regex, string } from "zod/mini";
import { duration } from "@backworks/option-values";
import type { Amount } from "@backworks/option-values";

/** A year: more than that is no cache (RFC 2616 asked for no more). */
const longestMs = 365 * 86_400_000;

/** How long something is kept. */
export function lifetime(): ZodMiniType<Amount, Amount> {
  return duration(0, longestMs);
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
