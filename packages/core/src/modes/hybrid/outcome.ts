import { isBackworksError } from "../../errors.ts";
import type { ResponseInit } from "../../exchange.ts";

/** Words of `on:` that stand for more than one status. */
export const outcomeWords = ["timeout", "connect", "reset", "breaker_open", "error", "empty", "4xx", "5xx"] as const;

export type OutcomeWord = (typeof outcomeWords)[number];

/** How a branch came to its end: what it answered, or what it threw. */
export type Outcome =
  | { readonly kind: "answered"; readonly status: number; readonly answer: ResponseInit; readonly toHead: boolean }
  | { readonly kind: "thrown"; readonly status: number; readonly code: string; readonly error: unknown };

/** `toHead`: whether the request was HEAD, to which an answer may have no body whatever it stands for. */
export function answered(answer: ResponseInit, toHead: boolean): Outcome {
  return { kind: "answered", status: answer.status ?? 200, answer, toHead };
}

/** What is not ours is a 500, as the client would get it. */
export function thrown(error: unknown): Outcome {
  const known = isBackworksError(error);
  return { kind: "thrown", status: known ? error.status : 500, code: known ? error.code : "", error };
}

type Test = (outcome: Outcome) => boolean;

/** Codes say by their last words what happened, whichever mode they are of. */
const words: Readonly<Record<OutcomeWord, Test>> = {
  timeout: (outcome) => outcome.status === 504 || hasCode(outcome, /_TIMEOUT$/),
  connect: (outcome) => hasCode(outcome, /_UNREACHABLE$/),
  reset: (outcome) => hasCode(outcome, /_(?:RESET|PROTOCOL)$/),
  breaker_open: (outcome) => hasCode(outcome, /_(?:BREAKER_OPEN|UPSTREAM_NONE)$/),
  // What the client did wrong, it would do wrong elsewhere too.
  error: (outcome) => outcome.kind === "thrown" && outcome.status >= 500,
  empty: (outcome) => outcome.kind === "answered" && isEmpty(outcome),
  "4xx": ({ status }) => status >= 400 && status < 500,
  "5xx": ({ status }) => status >= 500,
};

function hasCode(outcome: Outcome, pattern: RegExp): boolean {
  return outcome.kind === "thrown" && pattern.test(outcome.code);
}

/** Whether an answer of success has nothing in it. Of a stream, and of an answer to HEAD, one cannot tell. */
function isEmpty({ status, answer: { body = null }, toHead }: Outcome & { readonly kind: "answered" }): boolean {
  if (status < 200 || status > 299) return false;
  if (body === null) return status === 204 || !toHead;
  return Array.isArray(body) ? body.length === 0 : isEmptyText(textOf(body));
}

/** Bytes of an empty list, blanks included, that is looked at. */
const longestEmpty = 16;

function textOf(body: ResponseInit["body"]): string | undefined {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array && body.length <= longestEmpty ? Buffer.from(body).toString("latin1") : undefined;
}

function isEmptyText(text: string | undefined): boolean {
  return text !== undefined && text.length <= longestEmpty && /^\s*(?:\[\s*\])?\s*$/.test(text);
}

/** Whether an outcome is one of these. */
export function compileOutcomes(on: readonly (OutcomeWord | number)[]): Test {
  const statuses = new Set(on.filter((one) => typeof one === "number"));
  const tests = on.flatMap((one) => (typeof one === "number" ? [] : [words[one]]));
  return (outcome) => statuses.has(outcome.status) || tests.some((test) => test(outcome));
}

/** Whether a path that no branch has is among these outcomes. */
export function includesNotFound(on: readonly (OutcomeWord | number)[]): boolean {
  return on.includes(404) || on.includes("4xx");
}
