import type { Exchange, Handler, ResponseInit } from "@backworks/core";
import { BackworksError, HeaderList } from "@backworks/core";
import { collectBody } from "../wire/collect-body.ts";
import { decodeContent, forgetContent, isJson, readContent, writeContent } from "./content.ts";
import { isObject } from "./is-object.ts";
import type { Content } from "./content.ts";
import type { MapFields } from "./field-map.ts";
import { runCode } from "./run-code.ts";
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
    if (exchange.request.method === "HEAD") forgetContent(headers);
    if (!isWhole(exchange, status)) return { ...response, headers };
    if (changes.code === undefined && !isJson(headers.get("content-type"))) return { ...response, headers };
    const content = await readBody(response, headers, changes.limit);
    const mapped = changes.map === undefined || content instanceof Uint8Array ? content : changes.map(content);
    forgetContent(headers);
    const answer = { status, headers: toRecord(headers), body: mapped };
    return changes.code === undefined ? toResponse(answer) : toResponse(await change(answer, changes.code, exchange));
  };
}

/** Whether there is a body, and all of it. Source: RFC 9110, 6.4.1 and 15.3.7. */
function isWhole({ request }: Exchange, status: number): boolean {
  return request.method !== "HEAD" && status !== 204 && status !== 206 && status !== 304;
}

async function readBody({ body }: ResponseInit, headers: HeaderList, limit: number): Promise<Content> {
  const bytes = await collectBody(body ?? null, limit);
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

async function change(answer: AnswerMessage, code: RunnableCode, exchange: Exchange): Promise<AnswerMessage> {
  const given = (await runCode(code, answer, exchange)) ?? answer;
  const problem = problemOf(given);
  if (problem === undefined) return { ...answer, ...(given as Partial<AnswerMessage>) };
  throw new BackworksError("BW_PROXY_TRANSFORM_FAILED", { what: code.what, problem: `${code.file} ${problem}` });
}

/** What is wrong with what a function gave back. */
function problemOf(given: unknown): string | undefined {
  if (!isObject(given)) return "gave back no object";
  const { status = 200, headers = {} } = given;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599)
    return "gave a status that is none from 200 to 599";
  return isObject(headers) ? undefined : "gave headers that are no object";
}

function toResponse({ status, headers: record, body }: AnswerMessage): ResponseInit {
  const headers = HeaderList.from(record);
  const { bytes, type } = writeContent(body);
  if (!headers.has("content-type") && type !== "") headers.set("content-type", type);
  headers.delete("content-length");
  return { status, headers, body: bytes };
}
