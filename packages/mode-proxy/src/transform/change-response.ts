import type { Exchange, Handler, ResponseInit } from "@backworks/core";
import { HeaderList } from "@backworks/core";
import { collectBody } from "../wire/collect-body.ts";
import { decodeContent, forgetContent, isJson, problemOfBody, readContent, writeContent } from "./content.ts";
import { problemOfHeaders, valuesOf } from "./given-headers.ts";
import { isObject } from "./is-object.ts";
import type { Content } from "./content.ts";
import type { MapFields } from "./field-map.ts";
import { failedGift, runCode } from "./run-code.ts";
import type { RunnableCode } from "./run-code.ts";

/** What becomes of a body that comes back. */
export interface ResponseChanges {
  readonly map: MapFields | undefined;
  readonly code: RunnableCode | undefined;
  /** Largest body that is read whole, in bytes. */
  readonly limit: number;
}

/** An answer as a function of a user gets it and gives it back. */
interface AnswerMessage {
  status: number;
  headers: Record<string, string | string[]>;
  body: Content;
}

/** Changes bodies that come back; they are read whole. */
export function changeResponses(forward: Handler, changes: ResponseChanges): Handler {
  return async (exchange) => {
    const response = await forward(exchange);
    const headers = HeaderList.from(response.headers);
    const status = response.status ?? 200;
    if (changes.code === undefined && !isJson(headers.get("content-type"))) return { ...response, headers };
    if (exchange.request.method === "HEAD") forgetContent(headers);
    if (!isWhole(exchange, status)) return { ...response, headers };
    const content = await readBody(response, headers, { limit: changes.limit, signal: exchange.signal });
    const mapped = changes.map === undefined || content instanceof Uint8Array ? content : changes.map(content);
    forgetContent(headers);
    const answer = { status, headers: toRecord(headers), body: mapped };
    return changes.code === undefined ? toResponse(answer) : change(answer, changes.code, exchange);
  };
}

/** Whether there is a body, and all of it. Source: RFC 9110, 6.4.1 and 15.3.7. */
function isWhole({ request }: Exchange, status: number): boolean {
  return request.method !== "HEAD" && status !== 204 && status !== 206 && status !== 304;
}

interface Reading {
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function readBody({ body }: ResponseInit, headers: HeaderList, { limit, signal }: Reading): Promise<Content> {
  const bytes = await collectBody(body, limit, signal);
  const decoded = await decodeContent(bytes, headers.get("content-encoding"), limit);
  return readContent(decoded, headers.get("content-type"));
}

function toRecord(headers: HeaderList): AnswerMessage["headers"] {
  // A header may have the name of a member of every object.
  const record = new Map<string, string | string[]>();
  for (const [name, value] of headers) {
    const known = record.get(name);
    record.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(record);
}

async function change(before: AnswerMessage, code: RunnableCode, exchange: Exchange): Promise<ResponseInit> {
  // The function may change what it gets.
  const answer = { ...before, headers: { ...before.headers } };
  const given = (await runCode(code, answer, exchange)) ?? answer;
  const problem = problemOf(given, before);
  if (problem !== undefined) throw failedGift(code, problem);
  try {
    // What is wrong with it was looked for.
    return toResponse({ ...answer, ...(given as Partial<AnswerMessage>) });
  } catch (cause) {
    throw failedGift(code, "gave a body that has no JSON form", cause);
  }
}

/** What is wrong with what a function gave back. */
function problemOf(given: unknown, before: AnswerMessage): string | undefined {
  if (!isObject(given)) return "gave back no object";
  const { status = 200, headers = {}, body } = given;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599)
    return "gave a status that is none from 200 to 599";
  if (!isObject(headers)) return "gave headers that are no object";
  // The length is that of the body, whatever it says.
  const { "content-length": _, ...others } = headers;
  return problemOfHeaders(others, before.headers) ?? problemOfBody(body);
}

function toResponse({ status, headers: record, body }: AnswerMessage): ResponseInit {
  const given = Object.entries(record).map(([name, value]): [string, string[]] => [name, valuesOf(value).map(String)]);
  const headers = HeaderList.from(Object.fromEntries(given));
  const { bytes, type } = writeContent(body);
  if (!headers.has("content-type") && type !== "") headers.set("content-type", type);
  headers.delete("content-length");
  return { status, headers, body: bytes };
}
