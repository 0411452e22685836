import { BackworksError, isBackworksError } from "../../errors.ts";
import type { ErrorCode, ErrorOptions, Place } from "../../errors.ts";
import { describeThrown, toError } from "../../thrown.ts";
import type { ThrownFacts } from "../../thrown.ts";

/** An error as data, on its way between two processes of ours. */
export type PlainError =
  | {
      readonly kind: "ours";
      readonly code: ErrorCode;
      readonly details: BackworksError["details"];
      readonly where: Place | undefined;
      readonly hint: string | undefined;
      readonly members: BackworksError["members"];
      readonly headers: BackworksError["headers"];
      readonly errors: readonly PlainError[];
      readonly cause: PlainError | undefined;
      readonly stack: string | undefined;
    }
  | { readonly kind: "foreign"; readonly facts: ThrownFacts };

/** Causes of causes that are told; an error may be its own cause. */
const deepestCause = 5;

/** Anything that was thrown, as data. */
export function toPlainError(thrown: unknown, depth = 0): PlainError {
  if (!isBackworksError(thrown)) return { kind: "foreign", facts: describeThrown(thrown) };
  const cause = thrown.cause === undefined || depth >= deepestCause ? undefined : toPlainError(thrown.cause, depth + 1);
  const { code, details, where, hint, members, headers, errors, stack } = thrown;
  const parts = errors.map((error) => toPlainError(error, depth + 1));
  return { kind: "ours", code, details, where, hint, members, headers, errors: parts, cause, stack };
}

/** The error again, with the stack of the process it comes from. */
export function fromPlainError(plain: PlainError): Error {
  return plain.kind === "ours" ? ours(plain) : toError(plain.facts);
}

function ours(plain: PlainError & { readonly kind: "ours" }): BackworksError {
  const { code, details, where, hint, members, headers, stack } = plain;
  // Parts of an error of ours are ours.
  const errors = plain.errors.map((part) => fromPlainError(part) as BackworksError);
  const cause = plain.cause === undefined ? undefined : fromPlainError(plain.cause);
  const options: ErrorOptions = { where, hint, members, headers, errors, cause };
  const error = new BackworksError(code, details, options);
  if (stack !== undefined) error.stack = stack;
  return error;
}
