import type { output } from "zod/mini";
import {
  _default,
  array,
  describe,
  enum as oneOf,
  int,
  maximum,
  minLength,
  minimum,
  optional,
  record,
  regex,
  startsWith,
  strictObject,
  string,
  union,
} from "zod/mini";
import { failureKinds, usualFailures } from "./failure-kinds.ts";
import { count, duration, percent } from "@backworks/option-values";
import { fieldName } from "../wire/field-syntax.ts";
import { connectionShape, serverUrl, targetsSchema, tlsOfUse, toTarget } from "./target.ts";

const cookieName = string().check(regex(fieldName, "must be the name of a cookie"));

const loadBalancing = strictObject({
  algorithm: _default(string().check(minLength(1)), "round_robin").check(
    describe(
      "Who gets the next request: `round_robin` (in turn, by weight), `least_conn` (who has fewest under way for its weight), `random` (the better of two drawn by weight), or what a plugin brings.",
    ),
  ),
  sticky: optional(
    strictObject({
      cookie: _default(cookieName, "bw_lb").check(describe("Name of the cookie.")),
      max_age: optional(duration(1000)).check(describe("How long it lasts. Left out: as long as the browser is open.")),
    }),
  ).check(describe("Keeps a client at its target by a cookie, as long as the target is there and can be reached.")),
}).check(describe("How requests are spread over targets."));

const statusExpectation = "must be a status from 100 to 599";
const status = int(statusExpectation).check(minimum(100, statusExpectation), maximum(599, statusExpectation));

const active = strictObject({
  path: string()
    .check(startsWith("/", undefined))
    .check(describe("Path that is asked with GET, below the path of the target.")),
  interval: _default(duration(10), "10s").check(describe("Time from one question to the next.")),
  timeout: _default(duration(), "2s").check(describe("Until the answer must be there.")),
  healthy: _default(count(1, 100), 2).check(describe("Good answers in a row that bring a target back.")),
  unhealthy: _default(count(1, 100), 3).check(describe("Bad ones in a row that take it out.")),
  status: optional(union([status, array(status).check(minLength(1))])).check(
    describe("Status of a good answer, or several. Left out: 200 to 399."),
  ),
}).check(describe("Asks every target from time to time."));

const passive = strictObject({
  consecutive: _default(count(1, 1000), 5).check(describe("Failures in a row that take a target out.")),
  on: _default(failureKinds(), [...usualFailures]).check(
    describe("What counts as a failure: `connect`, `reset`, `timeout`, `protocol`, and statuses."),
  ),
  eject: _default(duration(), "30s").check(
    describe("How long it stays out the first time; every further time so much longer."),
  ),
  max_eject: _default(duration(), "5m").check(describe("Longest time it stays out.")),
  max_ejected: _default(percent(), "50%").check(
    describe(
      "Share of the targets that may be out at once for this reason; of one target alone none with less than 100.",
    ),
  ),
}).check(describe("Looks at the answers that requests get."));

const health = strictObject({
  active: optional(active),
  passive: optional(passive),
  all_down: _default(oneOf(["refuse", "use_all"]), "refuse").check(
    describe("When no target is healthy: `refuse` answers 503, `use_all` asks them all as if nothing were known."),
  ),
}).check(describe("When targets are taken out, and brought back."));

/** Keys of an upstream besides its targets. */
export const upstreamShape = {
  load_balancing: optional(loadBalancing),
  health: optional(health),
  ...connectionShape,
};

const upstreamSchema = strictObject({
  targets: targetsSchema.check(describe("Its servers.")),
  ...upstreamShape,
}).check(tlsOfUse(({ targets }) => targets.map(toTarget)));

/** `upstreams:` — servers that several endpoints may name. */
export const upstreamsSchema = record(string(), union([serverUrl, upstreamSchema])).check(
  describe("Servers by a name that endpoints use: a URL, or targets with balancing and health."),
);

export type UpstreamOptions = output<typeof upstreamSchema>;
export type UpstreamsOptions = output<typeof upstreamsSchema>;
export type BalancingOptions = output<typeof loadBalancing>;
export type HealthOptions = output<typeof health>;
export type ActiveOptions = output<typeof active>;
