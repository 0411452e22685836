import { isStream } from "../body-source.ts";
import { systemClock } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import { discard } from "../pipeline/collect.ts";
import { isEndless, letGo } from "../pipeline/content.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import { toPacket } from "../pipeline/packet.ts";
import type { Packet } from "../pipeline/packet.ts";
import { toProblem } from "../pipeline/problem.ts";
import { onceBegun } from "../stream-begun.ts";
import { createBatch } from "./batch.ts";
import { carryOutFault } from "./fault.ts";
import { finish, finishOnClose } from "./finish.ts";
import { lingerAfter } from "./linger.ts";
import { sendSource } from "./send-source.ts";
import { watchReader, writeWhole } from "./write-body.ts";

const together = createBatch(send, systemClock);

/** The same as `send`, in one go with others of this turn. Not of a stream, which could fail before anybody listens. */
export function sendTogether(exchange: LiveExchange): void {
  if (isStream(exchange.response?.body)) send(exchange);
  else together(exchange);
}

/** Writes the response of an exchange and ends the exchange after the last byte. */
export function send(exchange: LiveExchange): void {
  const { response } = exchange;
  if (exchange.writer !== "pipeline") return endWritten(exchange);
  if (response === undefined || !isStream(response.body)) return write(exchange);
  onceBegun(response.body, (beginning) => {
    if (beginning === "empty") exchange.response = { ...response, body: null };
    else if (beginning !== undefined) exchange.response = toProblem(beginning.failed, exchange);
    write(exchange);
  });
}

function write(exchange: LiveExchange): void {
  const { answer } = exchange;
  if (answer.destroyed || answer.headersSent) return drop(exchange);
  leaveUpload(exchange);
  const packet = writeHead(exchange);
  if (packet.fault !== undefined) {
    finishOnClose(exchange, 0);
    return carryOutFault(packet.fault, packet, exchange);
  }
  if (packet.source !== undefined) {
    offerEnd(exchange);
    return sendSource(exchange, packet.source, packet.announced);
  }
  writeWhole(answer, packet);
  const { socket } = answer;
  // Usually the system has taken everything by now and no listener is needed.
  if (answer.writableEnded && socket !== null && socket.writableLength === 0) {
    return finish(exchange, packet.length, false);
  }
  watchReader(exchange);
  finishOnClose(exchange, packet.length);
}

/** The client is gone, or has an answer already. */
function drop(exchange: LiveExchange): void {
  letGo(exchange.response?.body);
  finish(exchange, 0, true);
}

/** What is mounted has written the response, or the server around us is to answer. */
function endWritten(exchange: LiveExchange): void {
  const { answer, generation } = exchange;
  if (exchange.writer === "mount")
    return finish(exchange, Number(answer.getHeader("content-length") ?? 0), !answer.writableFinished);
  generation.traffic.end(exchange);
  exchange.passOn?.();
}

/**
 * A body that nobody read to its end when the answer goes.
 *
 * Source: RFC 9112, 9.3 and 9.6: the connection can go on only when the rest is read. It is, for a while, where little is expected;
 * after a body that is too large, or one that the client holds back until it is told to send it (RFC 9110, 10.1.1), the connection ends.
 */
function leaveUpload(exchange: LiveExchange): void {
  const { message, answer, response } = exchange;
  const { headers, complete } = message;
  if (complete || (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)) return;
  if (response?.status === 413 || headers.expect !== undefined) exchange.isLast = true;
  if (exchange.isLast || !answer.shouldKeepAlive) lingerAfter(message.socket);
  if (!message.readableDidRead) discard(message);
}

/** Status and headers; a response that cannot be written becomes a 500. */
function writeHead(exchange: LiveExchange): Packet {
  try {
    return tryWriteHead(exchange);
  } catch (error) {
    letGo(exchange.response?.body);
    exchange.response = toProblem(invalid(error), exchange);
    return tryWriteHead(exchange);
  }
}

function tryWriteHead(exchange: LiveExchange): Packet {
  const { answer, response } = exchange;
  if (response === undefined) throw new BackworksError("BW_RESPONSE_INVALID", { problem: "there is none" });
  const packet = toPacket(exchange, response);
  if (exchange.isLast || exchange.generation.traffic.closing) packet.headers.push("connection", "close");
  if (packet.fault === undefined) answer.writeHead(packet.status, packet.headers);
  return packet;
}

function invalid(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!code.startsWith("ERR_HTTP_") && code !== "ERR_INVALID_CHAR" && code !== "ERR_INVALID_HTTP_TOKEN") return error;
  return new BackworksError("BW_RESPONSE_INVALID", { problem: (error as Error).message }, { cause: error });
}

/** Events have no end of their own: whoever stops asks for it, and the client comes back elsewhere. */
function offerEnd(exchange: LiveExchange): void {
  const { answer, response } = exchange;
  if (response !== undefined && isEndless(response)) {
    exchange.upgraded = { close: () => void answer.end() };
  }
}
