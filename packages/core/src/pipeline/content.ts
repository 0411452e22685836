import { Readable } from "node:stream";
import { isSource, isStream, toReadable } from "../body-source.ts";
import type { BodySource } from "../body-source.ts";
import { BackworksError } from "../errors.ts";
import { ConnectionFault } from "../exchange.ts";
import type { BackworksResponse, ResponseBody } from "../exchange.ts";
import { toJsonText } from "../json-text.ts";
import type { NoJsonForm } from "../json-text.ts";

/** A body that is there as a whole, with what it is when nobody says so. */
export interface Content {
  readonly chunk: string | Uint8Array | undefined;
  /** Bytes. */
  readonly length: number;
  readonly type: string | undefined;
}

const nothing: Content = Object.freeze({ chunk: undefined, length: 0, type: undefined });

/** Text, bytes or JSON ready to be sent. @throws BW_RESPONSE_INVALID when the data has no JSON form */
export function toContent(body: Exclude<ResponseBody, Readable | BodySource | ConnectionFault>): Content {
  // A hook may have unset it.
  if (body === null || body === undefined) return nothing;
  if (typeof body === "string") {
    return { chunk: body, length: Buffer.byteLength(body), type: "text/plain; charset=utf-8" };
  }
  if (body instanceof Uint8Array) return { chunk: body, length: body.length, type: "application/octet-stream" };
  const text = toJson(body);
  return { chunk: text, length: Buffer.byteLength(text), type: "application/json" };
}

function toJson(body: unknown): string {
  try {
    return toJsonText(body, "its body");
  } catch (cause) {
    const { message: problem, hint } = cause as NoJsonForm;
    throw new BackworksError("BW_RESPONSE_INVALID", { problem }, { hint, cause });
  }
}

/** Lets go of what a body holds that nobody will read. */
export function letGo(body: ResponseBody | undefined): void {
  if (body === undefined) return;
  if (isStream(body)) body.destroy();
  else if (isSource(body)) body.cancel();
}

const endless = /^(?:text\/event-stream|multipart\/x-mixed-replace)\s*(?:;|$)/i;

/** Whether a body goes on for as long as somebody listens. */
export function isEndless({ headers }: BackworksResponse): boolean {
  return endless.test(headers.get("content-type") ?? "");
}

/**
 * The response with its body as bytes; a promise only when a stream has to be read.
 *
 * A stream or source with more bytes than `limit`, or one without an end, stays a stream, of which nothing is lost.
 */
export function withBytes(response: BackworksResponse, limit: number): BackworksResponse | Promise<BackworksResponse> {
  const { body } = response;
  if (body === null || body instanceof Uint8Array || body instanceof ConnectionFault) return response;
  if (isSource(body)) return withBytes({ ...response, body: toReadable(body) }, limit);
  if (isStream(body)) return isEndless(response) ? response : withRead(response, readStream(body, limit));
  const { chunk = "", type = "" } = toContent(body);
  const headers = response.headers.copy();
  if (!headers.has("content-type")) headers.set("content-type", type);
  return { status: response.status, headers, body: Buffer.from(chunk) };
}

async function withRead(
  response: BackworksResponse,
  reading: Promise<Uint8Array | Readable>,
): Promise<BackworksResponse> {
  return { ...response, body: await reading };
}

async function readStream(stream: Readable, limit: number): Promise<Uint8Array | Readable> {
  const source: AsyncIterator<string | Uint8Array> = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= limit) {
    const next = await source.next();
    if (next.done === true) return Buffer.concat(chunks);
    const chunk = typeof next.value === "string" ? Buffer.from(next.value) : next.value;
    chunks.push(chunk);
    size += chunk.length;
  }
  const whole = Readable.from(joined(chunks, source), { objectMode: false });
  // Whoever lets go of it before reading lets go of the source.
  return whole.once("close", () => stream.destroy());
}

/** What was read already, then the rest. */
async function* joined(
  chunks: readonly Uint8Array[],
  source: AsyncIterator<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  yield* chunks;
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
}
