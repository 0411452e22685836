import type { Readable } from "node:stream";
import { BackworksError } from "../errors.ts";
import type { BackworksResponse, JsonValue, ResponseBody } from "../exchange.ts";
import { ConnectionFault } from "../exchange.ts";
import { writeCors } from "./cors.ts";
import type { LiveExchange } from "./exchange.ts";
import { toTraceparent } from "./trace.ts";

/** A response as it goes on the wire. */
export interface Packet {
  readonly status: number;
  /** Names in lower case and values in turn. */
  readonly headers: string[];
  /** The whole body; `undefined` when there is none or when it streams. */
  readonly chunk: string | Uint8Array | undefined;
  readonly stream: Readable | undefined;
  readonly fault: ConnectionFault | undefined;
  /** Body bytes that will be written; 0 when not known. */
  readonly length: number;
}

interface Content {
  readonly chunk: string | Uint8Array | undefined;
  readonly length: number;
  readonly type: string | undefined;
}

/**
 * Decides status, headers and body bytes.
 *
 * @throws BW_RESPONSE_INVALID
 */
export function toPacket(exchange: LiveExchange, response: BackworksResponse): Packet {
  const { status, body } = response;
  if (!Number.isInteger(status) || status < 200 || status > 999) {
    throw new BackworksError("BW_RESPONSE_INVALID", { problem: `status ${String(status)} is not a final HTTP status` });
  }
  if (body instanceof ConnectionFault) return faultPacket(exchange, response, body);
  if (isStream(body)) return streamPacket(exchange, response, body);
  const content = toContent(body);
  const sendsBody = exchange.request.method !== "HEAD" && status !== 204 && status !== 304 && content.length > 0;
  return {
    status,
    headers: toHeaders(exchange, response, content),
    chunk: sendsBody ? content.chunk : undefined,
    stream: undefined,
    fault: undefined,
    length: sendsBody ? content.length : 0,
  };
}

/** Turns whatever the body is into bytes and hands the response on; a promise only when a stream has to be read. */
export function collectBody(
  response: BackworksResponse,
  done: (response: BackworksResponse) => void,
): void | Promise<void> {
  const { status, body } = response;
  if (body === null || body instanceof Uint8Array || body instanceof ConnectionFault) return;
  const finish = (bytes: Uint8Array, type: string | undefined): void => {
    const headers = response.headers.copy();
    if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
    done({ status, headers, body: bytes });
  };
  if (isStream(body)) return readStream(body).then((bytes) => finish(bytes, undefined));
  const { chunk, type } = toContent(body);
  finish(Buffer.from(chunk as string), type);
}

export function isStream(body: ResponseBody): body is Readable {
  return typeof body === "object" && body !== null && "pipe" in body && typeof body.pipe === "function";
}

async function readStream(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

function toContent(body: Exclude<ResponseBody, Readable | ConnectionFault>): Content {
  if (body === null) return { chunk: undefined, length: 0, type: undefined };
  if (typeof body === "string")
    return { chunk: body, length: Buffer.byteLength(body), type: "text/plain; charset=utf-8" };
  if (body instanceof Uint8Array) return { chunk: body, length: body.length, type: "application/octet-stream" };
  const text = JSON.stringify(body as JsonValue) ?? "null";
  return { chunk: text, length: Buffer.byteLength(text), type: "application/json" };
}

/** The response's own headers, then what every response has. Lengths are ours: a wrong one would break the connection. */
function toHeaders(exchange: LiveExchange, response: BackworksResponse, content: Content): string[] {
  const given = response.headers.flat();
  const headers: string[] = [];
  const keepsLength = content.chunk === undefined && exchange.request.method === "HEAD";
  let length = response.status === 204 ? undefined : content.length;
  let { type } = content;
  for (let index = 0; index < given.length; index += 2) {
    const name = given[index] as string;
    if (name === "transfer-encoding") continue;
    if (name === "content-length") {
      if (!keepsLength) continue;
      length = undefined;
    } else if (name === "content-type") type = undefined;
    headers.push(name, given[index + 1] as string);
  }
  if (type !== undefined) headers.push("content-type", type);
  if (length !== undefined && !(response.status === 304 && length === 0))
    headers.push("content-length", String(length));
  addCommonHeaders(exchange, headers);
  return headers;
}

function streamPacket(exchange: LiveExchange, response: BackworksResponse, stream: Readable): Packet {
  const { status } = response;
  const headers: string[] = [];
  for (const [name, value] of response.headers) if (name !== "transfer-encoding") headers.push(name, value);
  addCommonHeaders(exchange, headers);
  const sendsBody = exchange.request.method !== "HEAD" && status !== 204 && status !== 304;
  if (!sendsBody) stream.destroy();
  return { status, headers, chunk: undefined, stream: sendsBody ? stream : undefined, fault: undefined, length: 0 };
}

function faultPacket(exchange: LiveExchange, response: BackworksResponse, fault: ConnectionFault): Packet {
  const headers = [...response.headers.flat()];
  addCommonHeaders(exchange, headers);
  return { status: response.status, headers, chunk: undefined, stream: undefined, fault, length: 0 };
}

/** Headers of every response: request id, the trace when the caller has one, the configuration's own, CORS. */
export function addCommonHeaders(exchange: LiveExchange, headers: string[]): void {
  const { app } = exchange.generation;
  const { headers: asked } = exchange.request;
  for (let index = 0; index < app.globalHeaders.length; index += 2) {
    const name = app.globalHeaders[index] as string;
    if (!hasHeader(headers, name)) headers.push(name, app.globalHeaders[index + 1] as string);
  }
  if (!hasHeader(headers, "x-request-id")) headers.push("x-request-id", exchange.id);
  if (asked["traceparent"] !== undefined) {
    headers.push("traceparent", toTraceparent(exchange.trace));
    if (exchange.trace.state !== undefined) headers.push("tracestate", exchange.trace.state);
  }
  if (app.cors !== undefined) writeCors(app.cors, asked.origin, headers);
}

/** Whether a flat list names a header, in lower case. */
export function hasHeader(flat: readonly string[], name: string): boolean {
  for (let index = 0; index < flat.length; index += 2) if (flat[index] === name) return true;
  return false;
}
