import type { IncomingMessage, ServerResponse } from "node:http";
import type { MaybePromise } from "../exchange.ts";
import type { LimitSettings } from "../model/app.ts";
import { collect, discard, tooLarge } from "./collect.ts";
import { codingsOf } from "./content-coding.ts";
import { decode } from "./decode.ts";
import { ReceivedBody, toReceivedBody } from "./received-body.ts";

const empty = new ReceivedBody();

/**
 * Refuses a body of which the header fields say enough, whether or not anybody would read it.
 *
 * @returns whether only reading it tells how large it is
 * @throws BW_REQUEST_TOO_LARGE, BW_REQUEST_ENCODING
 */
export function admitBody(message: IncomingMessage, limit: number): boolean {
  const { headers } = message;
  const announced = headers["content-length"];
  if (announced === undefined && headers["transfer-encoding"] === undefined) return false;
  if (announced === "0" || message.readableDidRead) return false;
  try {
    if (headers["content-encoding"] !== undefined) codingsOf(headers["content-encoding"]);
    if (Number(announced) > limit) throw tooLarge(limit);
  } catch (error) {
    discard(message);
    throw error;
  }
  return announced === undefined && limit !== Infinity;
}

/** The same for a body that is taken as it comes: only its size is limited. @throws BW_REQUEST_TOO_LARGE */
export function admitStream(message: IncomingMessage, limit: number): void {
  if (!(Number(message.headers["content-length"]) > limit)) return;
  discard(message);
  throw tooLarge(limit);
}

/**
 * Reads a whole request body and undoes its content codings; says `100 Continue` to a client that waits for it, once it is sure to be read.
 *
 * @throws BW_REQUEST_TOO_LARGE, BW_REQUEST_BOMB, BW_REQUEST_ENCODING, BW_REQUEST_ENCODING_BROKEN, BW_REQUEST_ABORTED
 */
export function readBody(
  message: IncomingMessage,
  answer: ServerResponse,
  limits: LimitSettings,
): MaybePromise<ReceivedBody> {
  const { headers } = message;
  const announced = headers["content-length"];
  if (announced === undefined && headers["transfer-encoding"] === undefined) return empty;
  const type = headers["content-type"] ?? "";
  const parsed = parsedBefore(message);
  if (parsed !== undefined) return toReceivedBody(parsed, type, limits);
  if (announced === "0") return empty;
  admitBody(message, limits.bodyBytes);
  if (headers.expect !== undefined && !answer.headersSent) answer.writeContinue();
  return receive(message, limits).then((bytes) => new ReceivedBody(bytes, type, limits));
}

function receive(message: IncomingMessage, limits: LimitSettings): Promise<Uint8Array> {
  const coded = message.headers["content-encoding"];
  const codings = coded === undefined ? [] : codingsOf(coded);
  return codings.length === 0 ? collect(message, limits.bodyBytes) : decode(message, codings, limits);
}

/** What a body parser in front of us left on the message, when it has consumed the stream. */
function parsedBefore(message: IncomingMessage & { body?: unknown; rawBody?: unknown }): unknown {
  if (!message.readableEnded && !message.readableDidRead) return undefined;
  return message.rawBody ?? message.body;
}
