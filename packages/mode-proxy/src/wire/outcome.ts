import type { ForwardPlan } from "../options/plan.ts";
import type { AttemptOutcome, EndedAttempt } from "../upstream/target.ts";
import type { Attempt } from "./attempt.ts";
import { toFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { headLimitOf } from "./time-limits.ts";

export const cancelled: AttemptOutcome = { kind: "cancelled" };

/** The usual outcome is written out: to spread it takes the engine as long as all that is around it (bench: proxy). */
export function endedWith(outcome: AttemptOutcome, method: string): EndedAttempt {
  if (outcome.kind !== "answered") return { ...outcome, method };
  return { kind: "answered", status: outcome.status, ms: outcome.ms, method };
}

/** Why an attempt came to nothing; `undefined` when the upstream has nothing to do with it. */
export function failureOf(cause: unknown, { target, connected }: Attempt, plan: ForwardPlan): Failure | undefined {
  const limits = {
    UND_ERR_CONNECT_TIMEOUT: target.connectMs,
    UND_ERR_HEADERS_TIMEOUT: headLimitOf(plan),
    UND_ERR_BODY_TIMEOUT: plan.timeouts.idleMs,
  };
  return toFailure(cause, { upstream: plan.upstream.name, connected, limits });
}
