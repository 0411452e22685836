import type { Clock, Random } from "@backworks/core";
import { createFailureTest } from "../options/failure-kinds.ts";
import { toMs, toRatio } from "@backworks/option-values";
import type { RetriesOptions } from "../options/retries.ts";
import { isIdempotent } from "../wire/outgoing.ts";
import { backoffMs } from "./backoff.ts";
import { RetryBudget } from "./budget.ts";
import type { AttemptOutcome } from "../upstream/target.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** What a policy goes by. */
export interface PolicyTools {
  readonly clock: Clock;
  readonly random: Random;
}

/** A policy that can be asked without an exchange. */
export interface MethodRetryPolicy extends RetryPolicy {
  /** The same as `mayRetry`, for a request of this method. */
  waitAfter(attempt: number, method: string, outcome: AttemptOutcome): number | undefined;
}

/** The policy of `retries:`. */
export function createRetryPolicy(options: RetriesOptions, { clock, random }: PolicyTools): MethodRetryPolicy {
  const isWorth = createFailureTest(options.on);
  const { budget, backoff, per_try_timeout: perTry } = options;
  const counts = budget && new RetryBudget(clock, { ratio: toRatio(budget.percent), least: budget.min });
  const waits = { baseMs: toMs(backoff?.base ?? "25ms"), mostMs: toMs(backoff?.max ?? "1s") };
  const waitAfter: MethodRetryPolicy["waitAfter"] = (attempt, method, outcome) => {
    if (attempt > options.attempts || !isIdempotent(method) || !isWorth(outcome)) return undefined;
    return counts?.take() === false ? undefined : backoffMs(attempt, waits, random);
  };
  return {
    attempts: options.attempts + 1,
    perTryMs: perTry === undefined ? Infinity : toMs(perTry),
    onRequest() {
      counts?.onRequest();
    },
    mayRetry: (attempt, exchange, outcome) => waitAfter(attempt, exchange.request.method, outcome),
    waitAfter,
  };
}
