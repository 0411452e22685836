import type { Handler } from "../exchange.ts";
import type { Explanation } from "../mode.ts";
import type { Route, RouteHooks } from "./app.ts";

/** Answers that every App has, made by the pipeline. */
export interface BuiltInAnswers {
  readonly notFound: Handler;
  readonly malformed: Handler;
  notAllowed(allow: readonly string[]): Handler;
  options(allow: readonly string[]): Handler;
  /** A handler of OPTIONS that leaves preflights to CORS, where that is on. */
  preflight(handler: Handler): Handler;
  readonly health: Handler;
  readonly ready: Handler;
}

export const noHooks: RouteHooks = Object.freeze({
  beforeRequest: null,
  around: null,
  afterResponse: null,
  finished: null,
  requestBody: false,
  responseBody: false,
});

/** What the server or the endpoint says of a request's size and of the time for its answer. */
export type RouteLimits = Pick<Route, "bodyBytes" | "handlerMs"> & Partial<Pick<Route, "streamBytes">>;

/** What a route is made of, before its hooks are known. */
export interface RoutePlan {
  readonly info: Route["info"];
  readonly handler: Handler;
  readonly readBody?: boolean | undefined;
  readonly soundBody?: boolean | undefined;
  readonly limits: RouteLimits;
  readonly validate?: Route["validate"] | undefined;
  readonly limit?: Route["limit"] | undefined;
  readonly upgrade?: Route["upgrade"] | undefined;
  readonly miss?: true;
  readonly explain?: Route["explain"] | undefined;
}

/** A frozen route with its hooks. */
export function toRoute(plan: RoutePlan, hooks: RouteHooks = noHooks): Route {
  return Object.freeze({
    info: plan.info === undefined ? undefined : Object.freeze(plan.info),
    miss: plan.miss,
    beforeRequest: hooks.beforeRequest,
    readBodyFirst: hooks.requestBody,
    readBody: plan.readBody ?? false,
    soundBody: plan.soundBody ?? false,
    bodyBytes: plan.limits.bodyBytes,
    streamBytes: plan.limits.streamBytes,
    handlerMs: plan.limits.handlerMs,
    validate: plan.validate ?? null,
    limit: plan.limit ?? null,
    upgrade: plan.upgrade ?? null,
    handler: handlerOf(plan, hooks),
    afterResponse: hooks.afterResponse,
    readResponse: hooks.responseBody,
    finished: hooks.finished,
    explain: plan.explain ?? null,
  });
}

/** What has no route is answered by the pipeline itself, or by what is mounted. */
function handlerOf({ handler, info }: RoutePlan, { around }: RouteHooks): Handler {
  return around === null || info === undefined ? handler : around(handler);
}

/** An explanation that says nothing, for routes of which nothing is to be said. */
export const noExplanation: Explanation = Object.freeze({ rules: [], hints: [] });
