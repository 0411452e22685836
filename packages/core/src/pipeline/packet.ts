import type { Readable } from "node:stream";
import { isSource, isStream, streamSource } from "../body-source.ts";
import type { BodySource } from "../body-source.ts";
import { BackworksError } from "../errors.ts";
import { ConnectionFault } from "../exchange.ts";
import type { BackworksResponse, ResponseBody } from "../exchange.ts";
import type { HeaderList } from "../headers.ts";
import { addCommonHeaders } from "./response-headers.ts";
import { letGo, toContent } from "./content.ts";
import type { Content } from "./content.ts";
import type { LiveExchange } from "./exchange.ts";

/** A response as it goes on the wire. */
export interface Packet {
  readonly status: number;
  /** Names in lower case and values in turn. */
  readonly headers: string[];
  /** The whole body; `undefined` when there is none or when it streams. */
  readonly chunk: string | Uint8Array | undefined;
  readonly source: BodySource | undefined;
  /** Bytes of the source, where the head says so. */
  readonly announced: number | undefined;
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
  const { status } = response;
  const body = status === 204 || status === 205 ? withoutBody(response.body) : response.body;
  if (!Number.isInteger(status) || status < 200 || status > 999) {
    throw new BackworksError("BW_RESPONSE_INVALID", { problem: `status ${String(status)} is not a final HTTP status` });
  }
  if (body instanceof ConnectionFault) return faultPacket(exchange, response, body);
  if (isSource(body)) return sourcePacket(exchange, response, body);
  if (isStream(body)) return sourcePacket(exchange, response, whole(body));
  const content = toContent(body);
  const headers = toHeaders(exchange, response, content);
  const { chunk, length } = hasBody(exchange, status) ? content : noContent;
  return { status, headers, chunk, source: undefined, announced: undefined, fault: undefined, length };
}

/** Nobody will read what comes with an answer that has no body. */
function withoutBody(body: ResponseBody): ConnectionFault | null {
  if (body instanceof ConnectionFault) return body;
  letGo(body);
  return null;
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
    if (isFraming(name)) continue;
    if (name === "content-type") typed = true;
    headers.push(name, given[index + 1] ?? "");
  }
  if (!typed) headers.push("content-type", type ?? "");
  const length = lengthOf(exchange, response, content);
  if (length !== undefined) headers.push("content-length", length);
  addCommonHeaders(exchange, headers);
  return headers;
}

/** A whole body has the length it has, and is not sent in chunks: only those have trailers. */
function isFraming(name: string): boolean {
  return name === "content-length" || name === "transfer-encoding" || name === "trailer";
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
  if (status === 304 || exchange.request.method === "HEAD") return givenLength(headers);
  return "0";
}

/** Of a body that is not there, or not yet. Source: RFC 9110, 8.6. @throws BW_RESPONSE_INVALID */
function givenLength(headers: HeaderList): string | undefined {
  const length = headers.get("content-length");
  if (length === undefined || /^\d{1,15}$/.test(length)) return length;
  throw new BackworksError("BW_RESPONSE_INVALID", { problem: `its content-length is ${JSON.stringify(length)}` });
}

/** One stream is one response: an end that has come does not come again. @throws BW_RESPONSE_INVALID */
function whole(stream: Readable): BodySource {
  if (!stream.destroyed && !stream.readableEnded) return streamSource(stream);
  const problem = `its stream has ended already${stream.errored ? `: ${stream.errored.message}` : ""}`;
  throw new BackworksError("BW_RESPONSE_INVALID", { problem }, { cause: stream.errored ?? undefined });
}

function sourcePacket(exchange: LiveExchange, response: BackworksResponse, source: BodySource): Packet {
  const { status } = response;
  const sendsBody = hasBody(exchange, status);
  const length = givenLength(response.headers);
  const headers = openHeaders(exchange, response, sendsBody && length === undefined);
  if (!sendsBody) letGo(source);
  const announced = length === undefined ? undefined : Number(length);
  return { ...open, status, headers, source: sendsBody ? source : undefined, announced };
}

/** Of a body whose bytes are not there yet. */
const open = { chunk: undefined, source: undefined, announced: undefined, fault: undefined, length: 0 };

/** A body has the length that its headers name, or comes in chunks, behind which there may be trailers (RFC 9112, 7.1.2). */
function openHeaders(exchange: LiveExchange, { headers: given }: BackworksResponse, isOpen: boolean): string[] {
  const inChunks = isOpen && exchange.message.httpVersion !== "1.0";
  const headers: string[] = [];
  const flat = given.flat();
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] ?? "";
    if (name === "transfer-encoding" || (name === "trailer" && !inChunks)) continue;
    headers.push(name, flat[index + 1] ?? "");
  }
  addCommonHeaders(exchange, headers);
  return headers;
}

function faultPacket(exchange: LiveExchange, response: BackworksResponse, fault: ConnectionFault): Packet {
  const headers = Array.from(response.headers.flat());
  addCommonHeaders(exchange, headers);
  return { ...open, status: response.status, headers, fault };
}
