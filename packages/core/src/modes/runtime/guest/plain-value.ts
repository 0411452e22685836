import { AnswerProblem } from "./failure.ts";

/** @throws AnswerProblem */
export function toJson(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    // A circle, a BigInt, or code of the handler's own; the first line says which, the others draw it.
    const [reason] = describe(error).split("\n", 1);
    throw new AnswerProblem(`the answer has no JSON form: ${reason}`);
  }
  throw new AnswerProblem(`the answer is a ${typeof value}, which has no JSON form`);
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    // What was thrown throws when it is looked at.
    return "it throws";
  }
}

export function isText(value: unknown): value is string | Uint8Array | ArrayBuffer {
  return typeof value === "string" || value instanceof Uint8Array || value instanceof ArrayBuffer;
}

/** What can be read part by part: a stream of Node or of the web, a generator. */
export function isStreamLike(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== "object" || value === null) return false;
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value && "next" in value && typeof value.next === "function";
}
