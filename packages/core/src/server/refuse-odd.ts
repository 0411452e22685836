import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { BackworksError } from "../errors.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { refuseMethod } from "./check-request.ts";
import { attach, createAnswer } from "./messages.ts";
import { refuseFor } from "./receive.ts";

/** Source: RFC 9110, 10.1.1: nothing but 100-continue is expected of us. */
export function refuseExpectation(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  const expectation = message.headers.expect ?? "";
  const refusal = new BackworksError("BW_REQUEST_EXPECTATION", { expectation });
  refuseFor(refusal, new LiveExchange(generation, message, answer));
}

/** Source: RFC 9110, 9.3.6: an origin server is no proxy. Node hands over the bare socket. */
export function refuseTunnel(generation: Generation, message: IncomingMessage, socket: Duplex): void {
  const answer = createAnswer(message);
  attach(answer, socket);
  refuseFor(refuseMethod(message), new LiveExchange(generation, message, answer));
}
