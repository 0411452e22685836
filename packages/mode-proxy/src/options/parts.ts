import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  literal,
  minLength,
  optional,
  record,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { count, duration, percent, size } from "@backworks/option-values";
import { serverUrl } from "./target.ts";
import { fieldMapSchema } from "./transform.ts";

const text = string().check(minLength(1));

/** Where something besides the main road goes. */
const destinationShape = {
  upstream: optional(text).check(describe("Name of one of `upstreams`.")),
  target: optional(serverUrl).check(describe("URL of one server instead.")),
};

/** Whether one way to go is named, or none where that is allowed. */
function refuseNotOne(isNeeded: boolean) {
  return ({ value, issues }: Destination): void => {
    const [upstream, target] = [value.upstream, value.target];
    if (upstream !== undefined && target !== undefined) {
      issues.push({ code: "custom", message: "names both upstream and target: keep one", input: value });
    } else if (isNeeded && upstream === undefined && target === undefined) {
      issues.push({ code: "custom", message: "needs upstream or target", input: value });
    }
  };
}

interface Destination {
  readonly value: { readonly upstream?: string | undefined; readonly target?: string | undefined };
  readonly issues: { push(issue: { code: "custom"; message: string; input: unknown }): unknown };
}

/** `mirror:` */
export const mirrorSchema = strictObject({
  ...destinationShape,
  percent: _default(percent(), 100).check(describe("Share of the requests, drawn at random.")),
  max_body: _default(size(), "1MB").check(describe("Requests with a larger body are not copied.")),
  max_concurrent: _default(count(1, 10_000), 64).check(describe("Copies under way at once; what is more is not sent.")),
  timeout: _default(duration(), "30s").check(describe("Until a copy is answered.")),
})
  .check(refuseNotOne(true))
  .check(describe("Sends copies of requests elsewhere; what comes back is thrown away."));

const expected = union([string(), boolean()]);
const fields = record(text, expected);

const match = strictObject({
  header: optional(fields).check(describe("Headers and their values; `true` for any value, `false` for none.")),
  cookie: optional(fields).check(describe("Cookies and their values.")),
  query: optional(fields).check(describe("Query parameters and their values.")),
}).check(describe("Requests that go here whatever the weights: all that is named must fit."));

const arm = strictObject({
  ...destinationShape,
  weight: optional(count(0, 1_000_000)).check(
    describe("Share of the requests compared with its siblings. Left out: 0 with `match`, otherwise 1."),
  ),
  match: optional(match),
})
  .check(refuseNotOne(false))
  .check(describe("One way to go; without `upstream` and `target` that of the endpoint."));

/** `split:` */
export const splitSchema = array(arm)
  .check(minLength(1))
  .check(({ value, issues }) => {
    const weights = value.map(weightOf);
    if (value.length === 0 || weights.some((weight) => weight > 0)) return;
    issues.push({ code: "custom", message: "must have a way with a weight above 0", input: value });
  })
  .check(describe("Divides requests between several ways: by what they hold, otherwise by weight."));

const partName = string().check(regex(/^[A-Za-z_][\w-]*$/, "must be a name: letters, digits, _ and -"));

const part = strictObject({
  ...destinationShape,
  path: text.check(describe("Path and query that are asked with GET. Templated, values percent-encoded.")),
  required: _default(boolean(), false).check(
    describe("Whether there is no answer without it; otherwise `null` stands in its place."),
  ),
  timeout: _default(duration(), "10s").check(describe("Until it is there.")),
  select: optional(string().check(regex(/^[^.\s]+(?:\.[^.\s]+)*$/, "must be the path of a field"))).check(
    describe("Path of the field to take of it: `data.items`. Left out: all."),
  ),
  map: optional(fieldMapSchema),
}).check(refuseNotOne(true));

/** `compose:` */
export const composeSchema = record(partName, part).check(({ value, issues }) => {
  if (Object.keys(value).length > 0) return;
  issues.push({ code: "custom", message: "must have at least one part", input: value });
}, describe("One JSON object of several answers that are fetched at the same time, each under its name."));

const cookiePaths = union([literal(true), record(string(), string())]);
const cookieDomains = union([literal(false), text, record(text, union([literal(false), text]))]);

/** `rewrite_response:` */
export const rewriteResponseSchema = strictObject({
  location: _default(boolean(), false).check(
    describe("Whether `Location` and `Content-Location` that name the upstream name this API instead."),
  ),
  cookie_path: optional(cookiePaths).check(
    describe("Paths of cookies: `true` as for `location`, or new paths by old ones, `*` for every other."),
  ),
  cookie_domain: optional(cookieDomains).check(
    describe(
      "Domain of cookies: a name, or `false` to leave it out; or these by the domains there were, `*` for every other.",
    ),
  ),
}).check(describe("Changes addresses in what comes back."));

export type SplitOptions = output<typeof splitSchema>;
export type MatchOptions = output<typeof match>;
export type ComposeOptions = output<typeof composeSchema>;
export type PartOptions = ComposeOptions[string];
export type RewriteResponseOptions = output<typeof rewriteResponseSchema>;

/** Weight of a way, the default included. */
export function weightOf(arm: { readonly weight?: number | undefined; readonly match?: unknown }): number {
  return arm.weight ?? (arm.match === undefined ? 1 : 0);
}
