import type { Readable } from "node:stream";
import { BackworksError } from "../errors.ts";
import { ConnectionFault } from "../exchange.ts";
import type { BackworksResponse } from "../exchange.ts";
import { addCommonHeaders } from "./response-headers.ts";
import { isStream, toContent } from "./content.ts";
import type { Content } from "./content.ts";
import type { LiveExchange } from "./exchange.ts";

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
  const headers = toHeaders(exchange, response, content);
  const { chunk, length } = hasBody(exchange, status) ? content : noContent;
  return { status, headers, chunk, stream: undefined, fault: undefined, length };
}

const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

const noContent = { chunk: undefined, length: 0 };

/** Source: RFC 9110, 6.4.1; 15.3.6. */
function hasBody(exchange: LiveExchange, status: number): boolean {
  return exchange.request.method !== "HEAD" && !bodiless.has(status);
}

/** The response's own headers, then what every response has. The length is ours: a wrong one would break the connection. */
function toHeaders(exchange: LiveExchange, response: BackworksResponse, content: Content): string[] {
  const given = response.headers.flat();
  const headers: string[] = [];
  const type = typeOf(response, content);
  let typed = type === undefined;
  for (let index = 0; index < given.length; index += 2) {
    const name = given[index] ?? "";
    if (name === "content-length" || name === "transfer-encoding") continue;
    if (name === "content-type") typed = true;
    headers.push(name, given[index + 1] ?? "");
  }
  if (!typed) headers.push("content-type", type ?? "");
  const length = lengthOf(exchange, response, content);
  if (length !== undefined) headers.push("content-length", length);
  addCommonHeaders(exchange, headers);
  return headers;
}

/** The type when no header gives one. */
function typeOf({ status }: BackworksResponse, content: Content): string | undefined {
  return bodiless.has(status) ? undefined : content.type;
}

/** Source: RFC 9110, 8.6: none with 204, 0 with 205; with HEAD and 304 that of the body a GET would get, when it is known. */
function lengthOf(
  exchange: LiveExchange,
  { status, headers }: BackworksResponse,
  { chunk, length }: Content,
): string | undefined {
  if (status === 204) return undefined;
  if (status === 205) return "0";
  if (chunk !== undefined) return String(length);
  if (status === 304 || exchange.request.method === "HEAD") return headers.get("content-length");
  return "0";
}

function streamPacket(exchange: LiveExchange, response: BackworksResponse, stream: Readable): Packet {
  const { status } = response;
  // One stream is one response: an end that has come does not come again.
  if (stream.destroyed || stream.readableEnded) {
    const problem = `its stream has ended already${stream.errored ? `: ${stream.errored.message}` : ""}`;
    throw new BackworksError("BW_RESPONSE_INVALID", { problem }, { cause: stream.errored ?? undefined });
  }
  const headers: string[] = [];
  for (const [name, value] of response.headers) if (name !== "transfer-encoding") headers.push(name, value);
  addCommonHeaders(exchange, headers);
  const sendsBody = hasBody(exchange, status);
  if (!sendsBody) stream.destroy();
  return { status, headers, chunk: undefined, stream: sendsBody ? stream : undefined, fault: undefined, length: 0 };
}

function faultPacket(exchange: LiveExchange, response: BackworksResponse, fault: ConnectionFault): Packet {
  const headers = Array.from(response.headers.flat());
  addCommonHeaders(exchange, headers);
  return { status: response.status, headers, chunk: undefined, stream: undefined, fault, length: 0 };
}
