import type { MaybePromise, ResponseInit } from "../exchange.ts";
import type { Match, Route } from "../model/app.ts";
import { toResponse, toWritable } from "../response.ts";
import type { LiveExchange } from "./exchange.ts";
import { letGo, withBytes } from "./content.ts";
import { inTime } from "./in-time.ts";
import { toProblem } from "./problem.ts";

/** A promise of anything when it waits, anything else when it does not. */
type Step = (exchange: LiveExchange, route: Route) => unknown;

/** What happens to a request, in this order. A step that nobody needs returns at once. */
const steps: readonly Step[] = [
  admit,
  readBodyForHooks,
  runBeforeRequest,
  limit,
  readBodyForHandler,
  validate,
  answer,
  readResponse,
  runAfterResponse,
];

/**
 * Answers one request of which it is known what answers: to a response whose headers may leave.
 *
 * Never throws and never rejects; a promise only when a step waits.
 */
export function execute(exchange: LiveExchange, match: Match): MaybePromise<void> {
  exchange.accept(match);
  return inOrder(exchange, match.route, 0);
}

function inOrder(exchange: LiveExchange, route: Route, from: number): MaybePromise<void> {
  for (let index = from; index < steps.length; index += 1) {
    let waiting: unknown;
    try {
      waiting = steps[index]?.(exchange, route);
    } catch (error) {
      refuse(exchange, error);
    }
    if (isThenable(waiting)) return waitFor(waiting, exchange, index + 1);
  }
}

/** Without `async`, which would make two promises more (bench: proxy). */
function waitFor(waiting: PromiseLike<unknown>, exchange: LiveExchange, next: number): Promise<void> {
  const goOn = (): MaybePromise<void> =>
    exchange.matched === undefined ? undefined : inOrder(exchange, exchange.matched, next);
  return Promise.resolve(waiting).then(goOn, (error: unknown) => {
    refuse(exchange, error);
    return goOn();
  });
}

/** The problem in place of what was there; a stream that nobody will read any more lets go of what it holds. */
function refuse(exchange: LiveExchange, error: unknown): void {
  const body = exchange.response?.body;
  exchange.response = toProblem(error, exchange);
  letGo(body);
}

/** Whether or not anybody reads it: too many fields, a forbidden name, a body that is announced too large or coded as nobody knows. */
function admit(exchange: LiveExchange): void {
  exchange.request.admit();
}

function readBodyForHooks(exchange: LiveExchange, route: Route): unknown {
  return route.readBodyFirst && exchange.response === undefined ? exchange.request.receive() : undefined;
}

function runBeforeRequest(exchange: LiveExchange, route: Route): unknown {
  return route.beforeRequest === null || exchange.response !== undefined ? undefined : route.beforeRequest(exchange);
}

/** Before the body is read: who is refused need not send it. */
function limit(exchange: LiveExchange, route: Route): unknown {
  return route.limit === null || exchange.response !== undefined ? undefined : route.limit(exchange);
}

/** A body that comes without its size is read to know it: none that is too large reaches a handler. What is mounted reads for itself. */
function readBodyForHandler(exchange: LiveExchange, route: Route): unknown {
  const { request, response } = exchange;
  const reads = route.readBody || (request.isUnmeasured && route.info !== undefined);
  return reads && response === undefined ? request.receive() : undefined;
}

function validate(exchange: LiveExchange, route: Route): unknown {
  if (exchange.response !== undefined) return undefined;
  const refusal = route.soundBody ? exchange.request.received?.refusal : undefined;
  if (refusal !== undefined) throw refusal;
  return route.validate === null ? undefined : route.validate(exchange);
}

function answer(exchange: LiveExchange, route: Route): unknown {
  if (exchange.response !== undefined) return undefined;
  const answered = route.handler(exchange);
  if (isThenable(answered)) return inTime(answered, exchange, route.handlerMs).then((init) => settle(exchange, init));
  return settle(exchange, answered);
}

/** A handler may also have answered with `exchange.respond()` and returned nothing. */
function settle(exchange: LiveExchange, init: ResponseInit | undefined): void {
  if (init === undefined || init === null) exchange.response ??= toResponse({ status: 204 });
  else exchange.response = toResponse(init);
}

function readResponse(exchange: LiveExchange, route: Route): unknown {
  const { response } = exchange;
  if (!route.readResponse || response === undefined || exchange.writer !== "pipeline") return undefined;
  const read = withBytes(response, exchange.generation.app.server.limits.bodyBytes);
  if (isThenable(read)) return read.then((whole) => (exchange.response = whole));
  exchange.response = read;
  return undefined;
}

function runAfterResponse(exchange: LiveExchange, route: Route): unknown {
  if (route.afterResponse === null || exchange.response === undefined || exchange.writer !== "pipeline")
    return undefined;
  exchange.response = toWritable(exchange.response);
  return route.afterResponse(exchange);
}

function isThenable(value: unknown): value is Promise<unknown> {
  // A property read is cheaper than `in` (bench: static).
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
