import type { IncomingMessage, ServerResponse } from "node:http";
import { BackworksError } from "../errors.ts";
import type { App, Match } from "../model/app.ts";
import { execute } from "../pipeline/execute.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { toProblem } from "../pipeline/problem.ts";
import { checkPath, checkRequest } from "./check-request.ts";
import { finish } from "./finish.ts";
import { outliveErrors } from "./mount.ts";
import { send, sendTogether } from "./send.ts";

/** Answers one request of our own server. Middleware, when there is some, comes first and may answer instead. */
export function receive(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  const refusal = checkRequest(message, generation.app.server);
  if (refusal !== undefined) refuseFor(refusal, new LiveExchange(generation, message, answer));
  else if (generation.middleware === null) answerRequest(generation, message, answer);
  else answerBehind(generation, { message, answer });
}

/** A request of somebody else's server. */
export interface EmbeddedRequest {
  readonly message: IncomingMessage;
  readonly answer: ServerResponse;
  /** Called instead of answering when nothing here does. */
  passOn(error?: unknown): void;
}

/** Answers one request inside another server; what nothing answers is passed on. */
export function receiveEmbedded(generation: Generation, request: EmbeddedRequest): void {
  if (generation.middleware === null) answerEmbedded(generation, request);
  else answerBehind(generation, request);
}

/** Refuses a request whose connection is to end with it. */
export function refuseFor(refusal: unknown, exchange: LiveExchange): void {
  exchange.isLast = true;
  refuse(exchange, refusal);
}

function answerEmbedded(generation: Generation, { message, answer, passOn }: EmbeddedRequest): void {
  const exchange = new LiveExchange(generation, message, answer);
  const { app } = generation;
  const { method, path } = exchange.request;
  const match = app.router.match(method, path);
  // Neither an endpoint answers nor is anything mounted there.
  if (match.route.miss !== undefined && !isMounted(app, path)) return passOn();
  const refusal = checkPath(path, app.server.allowEncodedSlash);
  if (refusal !== undefined) return refuse(exchange, refusal);
  exchange.passOn = passOn;
  begin(exchange, match);
}

function isMounted({ mounts }: App, path: string): boolean {
  return mounts.some(({ path: below = "/" }) => below === "/" || path === below || path.startsWith(`${below}/`));
}

function answerRequest(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  const exchange = new LiveExchange(generation, message, answer);
  const { method, path } = exchange.request;
  begin(exchange, generation.app.router.match(method, path));
}

function begin(exchange: LiveExchange, match: Match): void {
  exchange.generation.traffic.begin(exchange);
  const waiting = execute(exchange, match);
  if (waiting === undefined) send(exchange);
  else void waiting.then(() => sendTogether(exchange));
}

/** The exchange begins behind the middleware, which may have rewritten the request. */
function answerBehind(
  generation: Generation,
  request: Omit<EmbeddedRequest, "passOn"> & Partial<EmbeddedRequest>,
): void {
  const { message, answer, passOn } = request;
  const arrival = new LiveExchange(generation, message, answer);
  const { handlerMs } = generation.app.server.timeouts;
  let passed = false;
  generation.traffic.begin(arrival);
  const expire = (): void => goOn(new BackworksError("BW_HANDLER_TIMEOUT", { limit: handlerMs }));
  const forget = handlerMs === Infinity ? () => {} : generation.scheduler.after(handlerMs, expire);
  answer.once("close", () => {
    forget();
    // What the middleware answered has no other exchange that ends.
    if (!passed) finish(arrival, 0, !answer.writableFinished);
  });
  outliveErrors(answer, generation);
  const goOn = (error?: unknown): void => {
    // It may go on twice, after its time, or after it answered itself.
    if (passed || answer.headersSent) return tellLate(error, arrival);
    passed = true;
    forget();
    if (error !== undefined && error !== null) refuse(new LiveExchange(generation, message, answer), error);
    else if (passOn === undefined) answerRequest(generation, message, answer);
    else answerEmbedded(generation, { message, answer, passOn });
    // Another exchange counts from here on.
    arrival.traffic?.end(arrival);
  };
  try {
    generation.middleware?.(message, answer, goOn);
  } catch (error) {
    goOn(error);
  }
}

function refuse(exchange: LiveExchange, error: unknown): void {
  exchange.generation.traffic.begin(exchange);
  exchange.response = toProblem(error, exchange);
  send(exchange);
}

/** The response is on its way, or another's business by now. */
function tellLate(error: unknown, { generation, id }: LiveExchange): void {
  if (error !== undefined && error !== null) {
    generation.logger.error("middleware failed after its answer", { requestId: id, error });
  }
}
