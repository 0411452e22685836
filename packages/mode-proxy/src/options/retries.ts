import type { output } from "zod/mini";
import { _default, describe, optional, strictObject, union } from "zod/mini";
import { failureKinds, usualFailures } from "./failure-kinds.ts";
import { count, duration, percent, toMs } from "@backworks/option-values";

const budget = strictObject({
  percent: _default(percent(), 20).check(
    describe("Share of the requests of the last ten seconds that may be sent again."),
  ),
  min: _default(count(0, 10_000), 3).check(describe("So many may be in any case.")),
}).check(describe("How much more load retries may make, all requests of the endpoint together."));

const backoff = strictObject({
  base: _default(duration(0), "25ms").check(describe("Longest wait before the first retry; it doubles each time.")),
  max: _default(duration(0), "1s").check(describe("Longest wait.")),
})
  .check(({ value, issues }) => {
    if (toMs(value.base) <= toMs(value.max)) return;
    issues.push({ code: "custom", message: "must not be longer than max", path: ["base"], input: value.base });
  })
  .check(describe("Waits before retries, each drawn evenly from 0 to the longest."));

const whole = strictObject({
  attempts: _default(count(1, 10), 2).check(describe("How often a request is sent again, at most.")),
  on: _default(failureKinds(), [...usualFailures]).check(
    describe("After what: `connect`, `reset`, `timeout`, `protocol`, and statuses."),
  ),
  per_try_timeout: optional(duration()).check(
    describe("Until one attempt must have the head of an answer. Left out: `timeouts.headers`."),
  ),
  budget: optional(budget),
  backoff: optional(backoff),
});

/** `retries:` — when a request is sent again. */
export const retriesSchema = union([count(0, 10), whole]).check(
  describe(
    "Sends requests again that got no good answer, if their method is idempotent and their body is still there: how often, or more precisely.",
  ),
);

export type RetriesOptions = output<typeof whole>;

/** Retries as they are written, or their number alone; `undefined` for none. */
export function toRetries(retries: output<typeof retriesSchema> | undefined): RetriesOptions | undefined {
  if (typeof retries !== "number") return retries;
  return retries === 0 ? undefined : { ...whole.parse({}), attempts: retries };
}
