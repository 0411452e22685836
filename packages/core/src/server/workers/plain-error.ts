import { BackworksError, isBackworksError } from "../../errors.ts";
import type { ErrorCode, ErrorOptions, Place } from "../../errors.ts";

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
  | {
      readonly kind: "foreign";
      readonly name: string;
      readonly message: string;
      /** `ECONNRESET` and the like. */
      readonly code: string | undefined;
      readonly cause: PlainError | undefined;
      readonly stack: string | undefined;
    };

/** Causes of causes that are told; an error may be its own cause. */
const deepestCause = 5;

/** Anything that was thrown, as data. */
export function toPlainError(thrown: unknown, depth = 0): PlainError {
  if (!(thrown instanceof Error)) return foreign({ name: "Error", message: String(thrown) });
  const cause = thrown.cause === undefined || depth >= deepestCause ? undefined : toPlainError(thrown.cause, depth + 1);
  const { name, message, stack } = thrown;
  if (!isBackworksError(thrown)) {
    const { code } = thrown as NodeJS.ErrnoException;
    return foreign({ name, message, code: typeof code === "string" ? code : undefined, cause, stack });
  }
  const { code, details, where, hint, members, headers, errors } = thrown;
  const parts = errors.map((error) => toPlainError(error, depth + 1));
  return { kind: "ours", code, details, where, hint, members, headers, errors: parts, cause, stack };
}

function foreign(parts: {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly cause?: PlainError | undefined;
  readonly stack?: string | undefined;
}): PlainError {
  const { name, message, code, cause, stack } = parts;
  return { kind: "foreign", name, message, code, cause, stack };
}

/** The error again, with the stack of the process it comes from. */
export function fromPlainError(plain: PlainError): Error {
  const cause = plain.cause === undefined ? undefined : fromPlainError(plain.cause);
  return withStack(plain.kind === "ours" ? ours(plain, cause) : others(plain, cause), plain.stack);
}

function ours(plain: PlainError & { readonly kind: "ours" }, cause: Error | undefined): BackworksError {
  const { code, details, where, hint, members, headers } = plain;
  // Parts of an error of ours are ours.
  const errors = plain.errors.map((part) => fromPlainError(part) as BackworksError);
  const options: ErrorOptions = { where, hint, members, headers, errors, cause };
  return new BackworksError(code, details, options);
}

function others(plain: PlainError & { readonly kind: "foreign" }, cause: Error | undefined): Error {
  const error = new Error(plain.message, cause === undefined ? undefined : { cause });
  error.name = plain.name;
  return plain.code === undefined ? error : Object.assign(error, { code: plain.code });
}

function withStack<E extends Error>(error: E, stack: string | undefined): E {
  if (stack !== undefined) error.stack = stack;
  return error;
}
