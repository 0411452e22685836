import type { Readable } from "node:stream";
import { ConnectionFault } from "../exchange.ts";
import type { BackworksResponse, ResponseBody } from "../exchange.ts";

/** A body that is there as a whole, with what it is when nobody says so. */
export interface Content {
  readonly chunk: string | Uint8Array | undefined;
  /** Bytes. */
  readonly length: number;
  readonly type: string | undefined;
}

const nothing: Content = Object.freeze({ chunk: undefined, length: 0, type: undefined });

/** Text, bytes or JSON ready to be sent. */
export function toContent(body: Exclude<ResponseBody, Readable | ConnectionFault>): Content {
  if (body === null) return nothing;
  if (typeof body === "string") {
    return { chunk: body, length: Buffer.byteLength(body), type: "text/plain; charset=utf-8" };
  }
  if (body instanceof Uint8Array) return { chunk: body, length: body.length, type: "application/octet-stream" };
  const text = JSON.stringify(body) ?? "null";
  return { chunk: text, length: Buffer.byteLength(text), type: "application/json" };
}

export function isStream(body: ResponseBody): body is Readable {
  return typeof body === "object" && body !== null && "pipe" in body && typeof body.pipe === "function";
}

/** The response with its body as bytes; a promise only when a stream has to be read. */
export function withBytes(response: BackworksResponse): BackworksResponse | Promise<BackworksResponse> {
  const { body } = response;
  if (body === null || body instanceof Uint8Array || body instanceof ConnectionFault) return response;
  if (isStream(body)) return readStream(body).then((bytes) => ({ ...response, body: bytes }));
  const { chunk = "", type = "" } = toContent(body);
  const headers = response.headers.copy();
  if (!headers.has("content-type")) headers.set("content-type", type);
  return { status: response.status, headers, body: Buffer.from(chunk) };
}

async function readStream(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
