import { createServer, IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { execute } from "../pipeline/execute.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { toProblem } from "../pipeline/problem.ts";
import { send } from "./send.ts";

/** Requests of our servers. Express's helpers are put on this prototype when something is mounted. */
export class ApiMessage extends IncomingMessage {}

/** Responses of our servers; see `ApiMessage`. */
export class ApiAnswer extends ServerResponse<ApiMessage> {}

/** Seconds-old connections that never finish their headers are looked for this often. */
const checkIntervalMs = 5000;

/** A server that answers every request from the generation that is current when it arrives. */
export function createHttpServer(current: () => Generation): Server {
  const server = createServer(
    { IncomingMessage: ApiMessage, ServerResponse: ApiAnswer, connectionsCheckingInterval: checkIntervalMs },
    (message, answer) => receive(current(), message, answer),
  );
  // With a listener of ours the client is told to go on only when somebody reads the body.
  server.on("checkContinue", (message: IncomingMessage, answer: ServerResponse) => receive(current(), message, answer));
  server.on("clientError", answerBrokenRequest);
  return server;
}

/** Answers one request. Middleware, when there is some, comes first and may answer instead. */
export function receive(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  if (generation.middleware === null) answerRequest(generation, message, answer);
  else answerBehind(generation, message, answer);
}

function answerRequest(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  const exchange = new LiveExchange(generation, message, answer);
  generation.traffic.begin();
  const waiting = execute(exchange);
  if (waiting === undefined) send(exchange);
  else void waiting.then(() => send(exchange));
}

/** The exchange begins behind the middleware, which may have rewritten the request. */
function answerBehind(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  const { traffic } = generation;
  traffic.begin();
  answer.once("close", () => traffic.end());
  const goOn = (error?: unknown): void => {
    if (error === undefined || error === null) return answerRequest(generation, message, answer);
    const exchange = new LiveExchange(generation, message, answer);
    traffic.begin();
    exchange.response = toProblem(error, exchange);
    send(exchange);
  };
  try {
    generation.middleware?.(message, answer, goOn);
  } catch (error) {
    goOn(error);
  }
}

const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Content Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** What cannot be parsed has no request and no exchange; it is refused on the socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = refusals[error.code ?? ""] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
