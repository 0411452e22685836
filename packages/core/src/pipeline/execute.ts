import type { BackworksResponse, MaybePromise, ResponseInit } from "../exchange.ts";
import type { Route } from "../model/app.ts";
import type { LiveExchange } from "./exchange.ts";
import { collectBody } from "./packet.ts";
import { toProblem } from "./problem.ts";
import { toResponse, toWritable } from "./response.ts";

type Step = (exchange: LiveExchange, route: Route) => MaybePromise<unknown> | void;

/** What happens to a request, in this order. A step that nobody needs returns at once. */
const steps: readonly Step[] = [
  readBodyForHooks,
  runBeforeRequest,
  readBodyForHandler,
  answer,
  readResponse,
  runAfterResponse,
];

/**
 * Answers one request: from match to a response whose headers may leave.
 *
 * Never throws and never rejects; a promise only when a step waits.
 */
export function execute(exchange: LiveExchange): MaybePromise<void> {
  const { request } = exchange;
  const match = exchange.generation.app.router.match(request.method, request.path);
  exchange.accept(match);
  return inOrder(exchange, match.route, 0);
}

function inOrder(exchange: LiveExchange, route: Route, from: number): MaybePromise<void> {
  for (let index = from; index < steps.length; index += 1) {
    let waiting: MaybePromise<unknown> | void;
    try {
      waiting = steps[index]?.(exchange, route);
    } catch (error) {
      exchange.response = toProblem(error, exchange);
    }
    if (isThenable(waiting)) return waitFor(waiting, exchange, index + 1);
  }
}

async function waitFor(waiting: PromiseLike<unknown>, exchange: LiveExchange, next: number): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    exchange.response = toProblem(error, exchange);
  }
  if (exchange.matched !== undefined) await inOrder(exchange, exchange.matched, next);
}

function readBodyForHooks(exchange: LiveExchange, route: Route): MaybePromise<unknown> | void {
  if (route.readBodyFirst) return exchange.request.receive();
}

function runBeforeRequest(exchange: LiveExchange, route: Route): MaybePromise<void> | void {
  if (route.beforeRequest !== null && exchange.response === undefined) return route.beforeRequest(exchange);
}

function readBodyForHandler(exchange: LiveExchange, route: Route): MaybePromise<unknown> | void {
  if (route.readBody && exchange.response === undefined) return exchange.request.receive();
}

function answer(exchange: LiveExchange, route: Route): MaybePromise<void> | void {
  if (exchange.response !== undefined) return;
  const answered = route.handler(exchange);
  if (isThenable(answered)) return answered.then((init) => settle(exchange, init));
  settle(exchange, answered);
}

/** A handler may also have answered with `exchange.respond()` and returned nothing. */
function settle(exchange: LiveExchange, init: ResponseInit | undefined): void {
  if (init === undefined || init === null) exchange.response ??= toResponse({ status: 204 });
  else exchange.response = toResponse(init);
}

function readResponse(exchange: LiveExchange, route: Route): MaybePromise<void> | void {
  if (route.readResponse && exchange.response !== undefined && !exchange.handedOver) {
    return collectBody(exchange.response, (response) => (exchange.response = response));
  }
}

function runAfterResponse(exchange: LiveExchange, route: Route): MaybePromise<void> | void {
  if (route.afterResponse === null || exchange.response === undefined || exchange.handedOver) return;
  exchange.response = toWritable(exchange.response);
  return route.afterResponse(exchange);
}

function isThenable<T>(value: MaybePromise<T> | void): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
