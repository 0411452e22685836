import type { Exchange, MaybePromise } from "@backworks/core";
import type { AttemptOutcome } from "../upstream/target.ts";

/** Whether another attempt is made. */
export interface RetryPolicy {
  /** Most attempts of one request, the first included. */
  readonly attempts: number;
  /** Milliseconds until one attempt must have the head of an answer; `Infinity` for no limit. */
  readonly perTryMs: number;
  /** Call it once for each request. */
  onRequest(): void;
  /**
   * After attempt `attempt` (from 1) of a request ended so: milliseconds to wait before the next, `undefined` for none.
   *
   * Counts what it grants, so call it only when the request can be sent again.
   */
  mayRetry(attempt: number, exchange: Exchange, outcome: AttemptOutcome): MaybePromise<number | undefined>;
}
