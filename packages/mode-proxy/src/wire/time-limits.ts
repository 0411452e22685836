import type { ModeContext } from "@backworks/core";
import type { ForwardPlan } from "../options/plan.ts";
import { Deadlines } from "./deadlines.ts";

/** Deadlines of the forwardings of one endpoint. */
export interface TimeLimits {
  /** Of whole requests. */
  readonly total: Deadlines;
  /** Of heads of answers. */
  readonly head: Deadlines;
  /** Of pauses in bodies of requests. */
  readonly idle: Deadlines;
}

export function createTimeLimits(plan: ForwardPlan, context: Pick<ModeContext, "clock" | "scheduler">): TimeLimits {
  const { totalMs, idleMs } = plan.timeouts;
  return {
    total: new Deadlines(totalMs, context),
    head: new Deadlines(headLimitOf(plan), context),
    idle: new Deadlines(idleMs, context),
  };
}

/** Milliseconds from a whole request to the head of its answer, for one attempt. */
export function headLimitOf({ timeouts, retries }: ForwardPlan): number {
  return Math.min(timeouts.headersMs, retries?.perTryMs ?? Infinity);
}
