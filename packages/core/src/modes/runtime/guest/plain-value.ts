import { types } from "node:util";
import { toJsonText } from "../../../json-text.ts";
import type { NoJsonForm } from "../../../json-text.ts";
import { AnswerProblem } from "./failure.ts";

/** @throws AnswerProblem */
export function toJson(value: unknown): string {
  try {
    return toJsonText(value, "the answer");
  } catch (error) {
    const { message, hint } = error as NoJsonForm;
    throw new AnswerProblem(hint === undefined ? message : `${message}: ${hint}`);
  }
}

/** Bytes of any kind; those of a part of a larger memory are that part only. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

/** What `fetch` takes as a body and knows the type of. */
export function isTypedBody(value: unknown): value is Blob | FormData | URLSearchParams {
  return value instanceof Blob || value instanceof FormData || value instanceof URLSearchParams;
}

/** What can be read part by part: a stream of Node or of the web, a generator. */
export function isStreamLike(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== "object" || value === null) return false;
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value && "next" in value && typeof value.next === "function";
}

/** What is sent as it is; everything else as JSON. */
export function isBody(value: unknown): boolean {
  return typeof value === "string" || bytesOf(value) !== undefined || isTypedBody(value) || isStreamLike(value);
}
