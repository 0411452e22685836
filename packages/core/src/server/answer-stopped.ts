import { BackworksError } from "../errors.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import { toPacket } from "../pipeline/packet.ts";
import { toProblem } from "../pipeline/problem.ts";
import { send } from "./send.ts";

/** Answers a request whose execution was stopped: none of the code that was to answer it goes on. */
export function answerStopped(exchange: LiveExchange, durationMs: number): void {
  const { answer } = exchange;
  // Whatever reads the connection was stopped with it.
  exchange.isLast = true;
  if (answer.destroyed || answer.headersSent) return cut(exchange);
  exchange.response = toProblem(new BackworksError("BW_REQUEST_STOPPED", { duration: durationMs }), exchange);
  if (exchange.matched !== undefined) return send(exchange);
  // It had not got past the middleware, and ends when its connection is done with it.
  const { status, headers, chunk } = toPacket(exchange, exchange.response);
  answer.writeHead(status, headers).end(chunk);
}

/** Part of a response is on its way, or all of it; the client sees how much. The connection can read no further request. */
function cut(exchange: LiveExchange): void {
  const { answer, message } = exchange;
  if (answer.writableEnded) message.socket.end();
  else answer.destroy();
  exchange.traffic?.end(exchange);
}
