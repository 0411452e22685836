import type { ZodMiniType } from "zod/mini";
import { array, enum as oneOf, int, maximum, minimum, union } from "zod/mini";
import type { AttemptOutcome } from "../upstream/target.ts";

const failures = ["connect", "reset", "timeout", "protocol"] as const;

/** What counts as a failure of an attempt: a way to fail, or a status of an answer. */
export type FailureKind = (typeof failures)[number] | number;

const expectation = `must be ${failures.join(", ")} or a status from 400 to 599`;

/** A list of ways to fail. */
export function failureKinds(): ZodMiniType<FailureKind[], FailureKind[]> {
  return array(union([oneOf(failures), int().check(minimum(400), maximum(599))], expectation));
}

/** What every list holds that nobody wrote. */
export const usualFailures: readonly FailureKind[] = ["connect", "reset", "timeout", 502, 503, 504];

/** Whether an attempt ended in one of the ways. A timeout is a 504 too: that is what the client would get. */
export function createFailureTest(kinds: readonly FailureKind[]): (outcome: AttemptOutcome) => boolean {
  const known: ReadonlySet<FailureKind> = new Set(kinds);
  return (outcome) => {
    if (outcome.kind === "answered") return known.has(outcome.status);
    if (outcome.kind === "cancelled") return false;
    return known.has(outcome.failure) || (outcome.failure === "timeout" && known.has(504));
  };
}
