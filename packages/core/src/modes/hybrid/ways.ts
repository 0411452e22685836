import type { Exchange, Handler, UpgradeHandler } from "../../exchange.ts";
import type { HandlerNeeds, RouteDraft } from "../../mode.ts";
import type { Scheduler } from "../../clock.ts";
import { Attempt, answerInTime } from "./attempt.ts";
import type { Condition } from "./condition.ts";
import type { Fit } from "./fit.ts";
import { compileOutcomes } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Branch, Fallback } from "./plan.ts";

/** A branch on one route. */
export interface Way {
  readonly branch: Pick<Branch, "label" | "use" | "path">;
  /** `undefined` when it takes every request. */
  readonly condition: Condition | undefined;
  readonly needs: HandlerNeeds;
  readonly answer: Handler;
  readonly upgrade: UpgradeHandler | undefined;
  readonly explain: RouteDraft["explain"];
}

/** A fallback on one route. */
export interface WayOut extends Way {
  readonly status: number | undefined;
  /** Whether it is for this outcome of a branch. */
  takes(outcome: Outcome): boolean;
}

/** A branch with what it made of the route. */
export function toWay(
  branch: Branch | Fallback,
  { draft, rename }: Fit,
  { condition, scheduler }: { readonly condition?: Condition | undefined; readonly scheduler: Scheduler },
): Way {
  const { handler, upgrade, explain } = draft;
  const limitMs = branch.timeoutMs;
  const attempt = (exchange: Exchange): Attempt => new Attempt(exchange, rename?.(exchange.request.params));
  const seen = (exchange: Exchange): Exchange => (rename === undefined ? exchange : attempt(exchange));
  const plain: Handler = rename === undefined ? handler : (exchange) => handler(seen(exchange));
  return {
    branch,
    condition,
    needs: draft.needs ?? {},
    answer:
      limitMs === undefined ? plain : (exchange) => answerInTime(handler, attempt(exchange), { limitMs, scheduler }),
    upgrade: upgrade && ((exchange, socket, head) => upgrade(seen(exchange), socket, head)),
    explain: explain && ((exchange) => explain(seen(exchange))),
  };
}

export function toWayOut(fallback: Fallback, fit: Fit, scheduler: Scheduler): WayOut {
  return { ...toWay(fallback, fit, { scheduler }), status: fallback.status, takes: compileOutcomes(fallback.on) };
}

/** The first way whose condition holds. */
export function chooseWay(ways: readonly Way[], exchange: Exchange): Way | undefined {
  for (const way of ways) if (way.condition === undefined || way.condition.test(exchange)) return way;
  return undefined;
}

/**
 * What must be there before any of the ways begins.
 *
 * A body that is taken as it comes is gone for whoever would answer next: when that one wants it too, it is read first.
 */
export function needsOf(ways: readonly Way[], waysOut: readonly WayOut[]): HandlerNeeds {
  const all = [...ways, ...waysOut].map(({ needs }) => needs);
  const streams = new Set(
    [...ways, ...waysOut].filter(({ needs }) => needs.requestStream).map(({ branch }) => branch.use),
  );
  const isReadAgain = waysOut.some(({ needs }) => needs.requestStream) && streams.size > 1;
  const some = (need: keyof HandlerNeeds): boolean => all.some((needs) => needs[need] === true);
  return {
    requestBody: some("requestBody") || ways.some(({ condition }) => condition?.usesBody) || isReadAgain,
    requestStream: some("requestStream"),
    ownTime: some("ownTime"),
    onePlace: some("onePlace"),
  };
}
