import type { Exchange, Handler } from "@backworks/core";
import { BackworksError, defineState } from "@backworks/core";
import { requestBytes } from "../options/plan.ts";
import { withoutHeaders } from "../rewrite/create-edits.ts";
import type { EditHeaders } from "../rewrite/create-edits.ts";
import { refuseEscape } from "../rewrite/dot-segments.ts";
import { contentFields, isJson, problemOfBody, readContent, writeContent } from "./content.ts";
import { problemOfHeaders, valuesOf } from "./given-headers.ts";
import type { Content } from "./content.ts";
import type { MapFields } from "./field-map.ts";
import { isObject } from "./is-object.ts";
import { failedGift, runCode } from "./run-code.ts";
import type { RunnableCode } from "./run-code.ts";

/** What becomes of a request whose body is read whole. */
export interface RequestChanges {
  readonly map: MapFields | undefined;
  readonly code: RunnableCode | undefined;
  /** Largest body that is read whole, in bytes. */
  readonly limit: number;
  /** Path and query that would be asked. */
  toPath(exchange: Exchange): string;
}

/** A request as a function of a user gets it and gives it back. */
interface RequestMessage {
  readonly method: string;
  path: string;
  headers: Record<string, string | readonly string[] | undefined>;
  body: Content;
}

/** What a request became. */
interface Changed {
  path: string | undefined;
  /** In lower case; one without values is taken away. */
  headers: readonly (readonly [name: string, values: readonly string[]])[];
  isBodyChanged: boolean;
}

const changedRequest = defineState<Changed>("proxy request", () => ({
  path: undefined,
  headers: [],
  isBodyChanged: false,
}));

/** Changes requests before they are forwarded. Their bodies must have been received. */
export function changeRequests(forward: Handler, changes: RequestChanges): Handler {
  return async (exchange) => {
    await change(exchange, changes);
    return forward(exchange);
  };
}

/** The path a request is sent to, after its change. */
export function changedPath(exchange: Exchange): string | undefined {
  return exchange.state(changedRequest).path;
}

/** Puts the changed headers in the place of those that came. */
export const editChanged: EditHeaders = (exchange, headers) => {
  const { headers: changed, isBodyChanged } = exchange.state(changedRequest);
  const names = new Set([...changed.map(([name]) => name), ...(isBodyChanged ? contentFields : [])]);
  const edited = withoutHeaders(headers, names);
  for (const [name, values] of changed) for (const value of values) edited.push(name, value);
  return edited;
};

async function change(exchange: Exchange, changes: RequestChanges): Promise<void> {
  const { request } = exchange;
  const { code } = changes;
  const content = receivedContent(exchange, changes.limit);
  const mapped = mapContent(content, request.headers["content-type"], changes.map);
  const before: RequestMessage = {
    method: request.method,
    path: changes.toPath(exchange),
    headers: { ...request.headers },
    body: mapped,
  };
  if (code === undefined) return keep(exchange, before, { body: mapped, isMapped: mapped !== content });
  const message = { ...before, headers: { ...before.headers } };
  const given = checked((await runCode(code, message, exchange)) ?? message, before, code);
  try {
    keep(exchange, before, { ...message, ...given, isMapped: true });
  } catch (cause) {
    throw failedGift(code, "gave a body that has no JSON form", cause);
  }
}

function receivedContent({ request }: Exchange, limit: number): Content {
  const bytes = request.received?.bytes ?? new Uint8Array(0);
  if (bytes.length > limit) throw new BackworksError("BW_REQUEST_TOO_LARGE", { limit });
  return readContent(bytes, one(request.headers["content-type"]));
}

function mapContent(content: Content, type: string | string[] | undefined, map: MapFields | undefined): Content {
  return map === undefined || !isJson(one(type)) || content instanceof Uint8Array ? content : map(content);
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** @throws BW_PROXY_TRANSFORM_FAILED, BW_REQUEST_PATH */
function checked(given: unknown, before: RequestMessage, code: RunnableCode): Partial<RequestMessage> {
  const problem = problemOf(given, before);
  if (problem !== undefined) throw failedGift(code, problem);
  // What is wrong with it was looked for.
  const message = given as Partial<RequestMessage>;
  if (message.path !== undefined) refuseEscape(message.path.split("?", 1)[0] ?? "");
  return message;
}

/** What is wrong with what a function gave back. */
function problemOf(given: unknown, before: RequestMessage): string | undefined {
  if (!isObject(given)) return "gave back no object";
  const { path = "/", headers = {}, body } = given;
  if (typeof path !== "string" || !/^\/[\x21-\x7e]*$/.test(path)) return "gave a path that is none";
  if (!isObject(headers)) return "gave headers that are no object";
  return problemOfHeaders(headers, before.headers) ?? problemOfBody(body);
}

interface After extends Partial<Omit<RequestMessage, "method">> {
  /** Whether the body is not what came. */
  readonly isMapped: boolean;
}

function keep(exchange: Exchange, before: RequestMessage, after: After): void {
  const slot = exchange.state(changedRequest);
  const { path, headers = before.headers, body, isMapped } = after;
  slot.path = path ?? before.path;
  const names = new Set([...Object.keys(before.headers), ...Object.keys(headers)].map((name) => name.toLowerCase()));
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  slot.headers = [...names].flatMap((name) => {
    const value = lower.get(name);
    return value === before.headers[name] ? [] : [[name, valuesOf(value).map(String)] as const];
  });
  if (!isMapped || (body === null && exchange.request.received?.bytes.length === 0)) return;
  const { bytes, type } = writeContent(body);
  slot.isBodyChanged = true;
  exchange.state(requestBytes).bytes = bytes;
  if (type !== "" && !lower.has("content-type")) slot.headers = [...slot.headers, ["content-type", [type]]];
}
