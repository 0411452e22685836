import { BackworksError, isBackworksError } from "../errors.ts";
import type { MaybePromise, ResponseInit } from "../exchange.ts";
import type { Asked } from "./around.ts";
import type { HookLane } from "./hook.ts";

/**
 * What a request is answered with whose `around` hook threw: by what the handler threw, has answered, or answers now.
 *
 * An error with a code is an answer that the hook gives, and no failure.
 */
export function failAround({ place, exchange, next, view, answer }: Asked, error: unknown): MaybePromise<ResponseInit> {
  const { hook, lane, thrown } = place;
  if (isBackworksError(error)) throw error;
  // What the handler threw goes on as it is, whatever that is.
  // oxlint-disable-next-line typescript/only-throw-error
  if (typeof error === "object" && error !== null && thrown.has(error)) throw error;
  hook.stats.failures += 1;
  view.close();
  lane.ledger.record(hook.name, error);
  if (lane.breaker.failed()) lane.ledger.quarantined(lane.breaker.restMs);
  if (lane.failure === "closed") throw refuseAround(lane, error);
  return answer ?? next(exchange);
}

/** The refusal of a plugin without which nothing may be answered. */
export function refuseAround({ plugin, breaker }: HookLane, cause: unknown): BackworksError {
  const headers = { "retry-after": String(Math.max(1, Math.ceil(breaker.restMs / 1000))) };
  return new BackworksError("BW_PLUGIN_REFUSED", { plugin }, { cause, headers });
}
