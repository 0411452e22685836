import { HeaderList } from "@backworks/core";
import type { BackworksRequest, ResponseInit } from "@backworks/core";
import { parseByteRange } from "../rules/byte-range.ts";
import { isNotModified, rangeHolds } from "../rules/conditions.ts";
import { parseHttpDate } from "../rules/http-date.ts";
import { ageOf } from "../rules/use.ts";
import type { StoredAnswer } from "../stored.ts";

/** What is said of a stored answer beside itself. */
export interface Telling {
  readonly nowMs: number;
  /** Member of `Cache-Status`; `undefined` when it is not told. */
  readonly status: string | undefined;
  /** Further fields, names and values in turn. */
  readonly own?: readonly string[] | undefined;
}

/** The response to one request by a stored answer: the whole, a part of it, or that the client has it (RFC 9111, 4.3.2). */
export function respondFrom(answer: StoredAnswer, request: BackworksRequest, telling: Telling): ResponseInit {
  const flat = telling.own === undefined ? [...answer.headers] : [...answer.headers, ...telling.own];
  const ageMs = ageOf(answer, telling.nowMs);
  flat.push("age", String(Math.floor(ageMs / 1000)));
  if (telling.status !== undefined) flat.push("cache-status", telling.status);
  const headers = HeaderList.fromFlat(flat);
  const { headers: asked } = request;
  if (answer.status !== 200) return { status: answer.status, headers, body: answer.body };
  if (isConditional(asked) && isNotModified(asked, { ...answer, madeMs: madeMsOf(answer) }))
    return { status: 304, headers: withoutBody(headers), body: null };
  if (asked["range"] !== undefined && request.method === "GET") return respondPart(answer, asked, headers);
  return { status: 200, headers, body: answer.body };
}

function isConditional(headers: BackworksRequest["headers"]): boolean {
  return headers["if-none-match"] !== undefined || headers["if-modified-since"] !== undefined;
}

/** When an answer was made by its own word, otherwise when it came. */
function madeMsOf({ headers, storedMs }: StoredAnswer): number {
  const index = headers.findIndex((name, at) => at % 2 === 0 && name === "date");
  return (index < 0 ? undefined : parseHttpDate(headers[index + 1])) ?? storedMs;
}

/** Fields that tell of a body that is not there (RFC 9110, 15.4.5). */
function withoutBody(headers: HeaderList): HeaderList {
  for (const name of ["content-type", "content-encoding", "content-language", "content-range"]) headers.delete(name);
  return headers;
}

function respondPart(answer: StoredAnswer, asked: BackworksRequest["headers"], headers: HeaderList): ResponseInit {
  const { body } = answer;
  const range = rangeHolds(asked, answer) ? parseByteRange(String(asked["range"]), body.length) : undefined;
  if (range === undefined) return { status: 200, headers, body };
  if (range === "none") {
    withoutBody(headers).set("content-range", `bytes */${body.length}`);
    return { status: 416, headers, body: null };
  }
  headers.set("content-range", `bytes ${range.first}-${range.last}/${body.length}`);
  return { status: 206, headers, body: body.subarray(range.first, range.last + 1) };
}
