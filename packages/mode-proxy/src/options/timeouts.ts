import type { output } from "zod/mini";
import { _default, describe, optional, strictObject } from "zod/mini";
import type { ForwardTimeouts } from "./plan.ts";
import { timeLimit, toLimitMs } from "@backworks/option-values";

const whole = strictObject({
  connect: _default(timeLimit(), "5s").check(describe("Until a connection is there.")),
  headers: _default(timeLimit(), "30s").check(
    describe("From the whole request to the head of the answer, for each attempt."),
  ),
  idle: _default(timeLimit(), "60s").check(describe("Longest pause in a body, request or answer.")),
  total: optional(timeLimit()).check(
    describe(
      "From the request to the last byte of the answer, with all attempts. Left out: no limit, beside `api` its `timeout`.",
    ),
  ),
});

/** `timeouts:` — how long things may take; `false` for no limit. */
export const timeoutsSchema = whole.check(describe("How long things may take; `false` for no limit. Then 504."));

/** `timeout:` — the total. */
export const timeoutSchema = timeLimit().check(
  describe("From the request to the last byte of the answer, with all attempts; `false` for no limit. Then 504."),
);

type TimeoutsOptions = output<typeof timeoutsSchema>;

/** Milliseconds of all limits. */
export interface Timeouts extends ForwardTimeouts {
  /** For a new connection. */
  readonly connectMs: number;
}

/** What an endpoint says of time. */
export interface TimeOptions {
  readonly timeout?: number | string | false | undefined;
  readonly timeouts?: TimeoutsOptions | undefined;
}

/** Limits as they are written, defaults for the rest. */
export function toTimeouts({ timeout, timeouts }: TimeOptions, usualTotalMs = Infinity): Timeouts {
  const { connect, headers, idle, total = timeout } = timeouts ?? whole.parse({});
  return {
    connectMs: toLimitMs(connect),
    headersMs: toLimitMs(headers),
    idleMs: toLimitMs(idle),
    totalMs: total === undefined ? usualTotalMs : toLimitMs(total),
  };
}
