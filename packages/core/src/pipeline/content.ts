import { Readable } from "node:stream";
import { types } from "node:util";
import { isSource, isStream, toReadable } from "../body-source.ts";
import type { BodySource } from "../body-source.ts";
import { BackworksError } from "../errors.ts";
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
  // Written without types, a handler may give what is no data at all.
  if (typeof body === "function" || typeof body === "symbol") {
    throw new BackworksError("BW_RESPONSE_INVALID", { problem: `its body is a ${typeof body}` });
  }
  let text: string;
  try {
    text = JSON.stringify(body) ?? "null";
  } catch (cause) {
    // A circle, a BigInt, or a `toJSON` that throws; the first line says which, the others draw it.
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new BackworksError("BW_RESPONSE_INVALID", { problem: `its body has no JSON form: ${reason}` }, { cause });
  }
  if (text === "{}") refuseEmptied(body);
  return text;
}

/** A value that was meant to be sent, and of which JSON has nothing. */
function refuseEmptied(body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  const instead = insteadOf(body);
  if (instead === undefined) return;
  const problem = `its body is of the kind ${body.constructor.name}, of which JSON has nothing`;
  throw new BackworksError("BW_RESPONSE_INVALID", { problem }, { hint: `give ${instead}` });
}

function insteadOf(body: object): string | undefined {
  if (Symbol.asyncIterator in body) return "Readable.from(body), with Readable of node:stream";
  if (types.isAnyArrayBuffer(body)) return "new Uint8Array(body)";
  return Symbol.iterator in body ? "[...body]" : undefined;
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
