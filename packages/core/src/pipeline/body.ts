import type { IncomingMessage, ServerResponse } from "node:http";
import { BackworksError } from "../errors.ts";
import type { MaybePromise, RequestBody } from "../exchange.ts";
import { ReceivedBody, toReceivedBody } from "./received-body.ts";

const empty = Object.freeze(new ReceivedBody());

/** How many times the limit is read and thrown away, so that the client gets to see the answer, before the connection is cut. */
const patience = 8;

/**
 * Reads a whole request body; says `100 Continue` to a client that waits for it, once it is sure to be read.
 *
 * @throws BW_REQUEST_TOO_LARGE, BW_REQUEST_ABORTED
 */
export function readBody(message: IncomingMessage, answer: ServerResponse, limit: number): MaybePromise<RequestBody> {
  const { headers } = message;
  const announced = headers["content-length"];
  if (announced === undefined && headers["transfer-encoding"] === undefined) return empty;
  const type = headers["content-type"] ?? "";
  const parsed = parsedBefore(message);
  if (parsed !== undefined) return toReceivedBody(parsed, type);
  if (announced === "0") return empty;
  if (Number(announced) > limit) {
    discard(message, limit);
    throw tooLarge(limit);
  }
  if (headers.expect !== undefined && !answer.headersSent) answer.writeContinue();
  return collect(message, limit).then((bytes) => new ReceivedBody(bytes, type));
}

function collect(message: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error?: BackworksError): void => {
      message.off("data", take).off("end", settle).off("close", leave).off("error", leave);
      if (error === undefined) resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
      else reject(error);
    };
    const leave = (): void => settle(new BackworksError("BW_REQUEST_ABORTED"));
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      settle(tooLarge(limit));
      discard(message, limit);
    };
    if (message.destroyed || message.readableAborted) return leave();
    message.on("data", take).on("end", settle).on("close", leave).on("error", leave);
  });
}

function discard(message: IncomingMessage, limit: number): void {
  let left = limit * patience;
  message
    .on("error", () => {})
    .on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) message.destroy();
    });
}

function tooLarge(limit: number): BackworksError {
  return new BackworksError("BW_REQUEST_TOO_LARGE", { limit });
}

/** What a body parser in front of us left on the message, when it has consumed the stream. */
function parsedBefore(message: IncomingMessage & { body?: unknown; rawBody?: unknown }): unknown {
  if (!message.readableEnded && !message.readableDidRead) return undefined;
  return message.rawBody ?? message.body;
}
