/** What was thrown, as plain data: reading it runs no code of whoever threw it. */
export interface ThrownFacts {
  /** Class of the error, when it has one. */
  readonly name: string | undefined;
  readonly message: string;
  /** `ECONNRESET`, `BW_INTERNAL` and the like. */
  readonly code: string | undefined;
  readonly stack: string | undefined;
  readonly cause: ThrownFacts | undefined;
}

const longestMessage = 2000;
const longestStack = 8000;
/** Causes of causes that are told; an error may be its own. */
const deepestCause = 5;

/**
 * Reads anything that can be thrown: what is no error, what is frozen, what throws when it is looked at, what is its own cause.
 *
 * Never throws. Texts are cut.
 */
export function describeThrown(thrown: unknown, depth = 0): ThrownFacts {
  if (!isErrorLike(thrown)) {
    return { name: undefined, message: textOf(thrown), code: undefined, stack: undefined, cause: undefined };
  }
  const cause = member(thrown, "cause");
  return {
    name: textMember(thrown, "name", longestMessage),
    message: textMember(thrown, "message", longestMessage) ?? "an error that cannot be read",
    code: textMember(thrown, "code", longestMessage),
    stack: textMember(thrown, "stack", longestStack),
    cause: cause === undefined || depth >= deepestCause ? undefined : describeThrown(cause, depth + 1),
  };
}

/** An error that says the same. */
export function toError({ name, message, code, stack, cause }: ThrownFacts): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause: toError(cause) });
  if (name !== undefined) error.name = name;
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}

/** An object with a message: of this realm or another, an `Error` or not. */
function isErrorLike(thrown: unknown): thrown is object {
  return typeof thrown === "object" && thrown !== null && typeof member(thrown, "message") === "string";
}

function textMember(of: object, name: string, longest: number): string | undefined {
  const value = member(of, name);
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? cut(value, longest) : undefined;
}

/** A member of an object of somebody else's; `undefined` when it cannot be read. */
export function member(of: object, name: PropertyKey): unknown {
  try {
    return Reflect.get(of, name);
  } catch {
    // A getter or a proxy of whoever threw it: there is nothing to see.
    return undefined;
  }
}

/** Where something was thrown, whole; `undefined` when nothing tells. */
export function stackOf(thrown: unknown): string | undefined {
  const stack = typeof thrown === "object" && thrown !== null ? member(thrown, "stack") : undefined;
  return typeof stack === "string" ? stack : undefined;
}

const unreadable = "something that cannot be shown";

function textOf(thrown: unknown): string {
  if (typeof thrown === "string") return cut(thrown, longestMessage);
  if (typeof thrown === "function") return "a function";
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  try {
    return cut(JSON.stringify(thrown) ?? unreadable, longestMessage);
  } catch {
    // A circle, or code of whoever threw it.
    return unreadable;
  }
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
