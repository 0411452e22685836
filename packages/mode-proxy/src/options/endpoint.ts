import type { output } from "zod/mini";
import {
  _default,
  boolean,
  describe,
  enum as oneOf,
  minLength,
  optional,
  startsWith,
  strictObject,
  string,
  union,
} from "zod/mini";
import { composeSchema, mirrorSchema, rewriteResponseSchema, splitSchema } from "./parts.ts";
import type { SplitOptions } from "./parts.ts";
import { size, toBytes } from "@backworks/option-values";
import { retriesSchema } from "./retries.ts";
import { hasSecure, serverUrl, targetsSchema, tlsWithoutUse, toTarget } from "./target.ts";
import type { TargetInit } from "./target.ts";
import { timeoutSchema, timeoutsSchema } from "./timeouts.ts";
import { transformRequestSchema, transformResponseSchema, transformSchema } from "./transform.ts";
import { upstreamShape } from "./upstream.ts";

const text = string().check(minLength(1));
const path = string().check(startsWith("/"));

const { load_balancing, health, tls, connections, keep_alive } = upstreamShape;

const shape = {
  upstream: optional(text).check(describe("Name of one of `upstreams`.")),
  target: optional(serverUrl).check(describe("URL of one server.")),
  targets: optional(targetsSchema).check(describe("Servers of this endpoint alone.")),
  api: optional(text).check(describe("Name of one of `apis`: its URL, authentication, headers and limits.")),
  load_balancing,
  health,
  tls,
  connections,
  keep_alive,
  strip_prefix: optional(path).check(describe("Beginning of the path to leave out, in whole segments.")),
  add_prefix: optional(path).check(describe("What to put before the path.")),
  path_rewrite: optional(path).check(
    describe(
      'The path instead. Templated, values percent-encoded: `/u/${path.id}`, `/${path["*"]}`. With a `?` it brings the query too.',
    ),
  ),
  preserve_host: _default(boolean(), false).check(
    describe("Whether the upstream gets the `Host` of the client instead of its own."),
  ),
  rewrite_response: optional(rewriteResponseSchema),
  timeout: optional(timeoutSchema),
  timeouts: optional(timeoutsSchema),
  retries: optional(retriesSchema),
  transform_request: optional(transformRequestSchema),
  transform_response: optional(transformResponseSchema),
  transform: optional(transformSchema),
  max_body: optional(size()).check(
    describe(
      "Largest body that is read whole for a transform or a composition; a larger answer is a 502. Left out: 1MB.",
    ),
  ),
  forwarded: optional(oneOf(["x", "rfc7239", "both", "off"])).check(
    describe(
      "How the upstream is told who asks: `X-Forwarded-*`, `Forwarded`, both, or not at all. Left out: `both`, beside `api` `off`.",
    ),
  ),
  via: _default(boolean(), true).check(
    describe("Whether `Via` is written, both ways; a request that goes round is found by it."),
  ),
  mirror: optional(mirrorSchema),
  split: optional(splitSchema),
  split_key: optional(text).check(
    describe("Requests with the same value go the same way: `${cookies.user}`. Without a value the way is drawn."),
  ),
  compose: optional(composeSchema),
};

const whole = strictObject(shape).check(({ value, issues }) => {
  const refuse = (key: string, message: string): void => {
    issues.push({ code: "custom", message, path: [key], input: value });
  };
  for (const [key, message] of conflictsOf(value)) refuse(key, message);
  const isSomewhere = ways.some((way) => value[way] !== undefined);
  const goesElsewhere = value.split?.every(leadsElsewhere) === true;
  if (isSomewhere || goesElsewhere) return;
  issues.push({ code: "custom", message: `needs one of ${ways.join(", ")}`, input: value });
});

/** `endpoints.<name>.proxy:` */
export const proxySchema = union([serverUrl, whole]).check(
  describe("How proxy mode answers this endpoint: a URL, or where requests go and what is done with them."),
);

export type ProxyOptions = output<typeof whole>;

/** Keys of which an endpoint has one. */
const ways = ["upstream", "target", "targets", "api", "compose"] as const;

/** Keys that say something of servers that the endpoint names itself. */
const ofOwnServers = ["load_balancing", "health", "tls", "connections", "keep_alive"] as const;

/** What a composition leaves without a meaning. */
const ofOneAnswer = [
  "strip_prefix",
  "add_prefix",
  "path_rewrite",
  "rewrite_response",
  "mirror",
  "split",
  "transform_request",
  "transform_response",
  "transform",
] as const;

type Conflict = readonly [key: string, message: string];

function conflictsOf(options: ProxyOptions): readonly Conflict[] {
  return [
    ...ofWays(options),
    ...ofServers(options),
    ...ofPaths(options),
    ...ofTimes(options),
    ...ofSplit(options),
    ...ofBodies(options),
  ];
}

function ofWays(options: ProxyOptions): readonly Conflict[] {
  const [first, ...others] = ways.filter((way) => options[way] !== undefined);
  const twice = others.map((other): Conflict => [other, `cannot stand beside ${first}: keep one`]);
  if (options.compose === undefined) return twice;
  return [...twice, ...there(options, ofOneAnswer, "has no meaning beside compose")];
}

function ofServers(options: ProxyOptions): readonly Conflict[] {
  const { api, target, targets = target === undefined ? undefined : [target], upstream } = options;
  if (targets !== undefined) return ofTls(options, targets.map(toTarget));
  if (api !== undefined) {
    return [
      ...there(options, ["load_balancing", "health"], "has no meaning beside api, which has one server"),
      ...there(options, ["tls", "connections", "keep_alive"], `belongs to apis.${api}`),
    ];
  }
  const elsewhere = upstream === undefined ? "targets of this endpoint" : `upstreams.${upstream}`;
  return there(options, ofOwnServers, `belongs to ${elsewhere}`);
}

function ofTls(options: ProxyOptions, targets: readonly TargetInit[]): readonly Conflict[] {
  return hasSecure(targets) ? [] : there(options, ["tls"], tlsWithoutUse);
}

function ofPaths(options: ProxyOptions): readonly Conflict[] {
  if (options.path_rewrite === undefined) return [];
  return there(options, ["strip_prefix", "add_prefix"], "has no meaning beside path_rewrite");
}

function ofTimes({ timeout, timeouts }: ProxyOptions): readonly Conflict[] {
  const isTwice = timeout !== undefined && timeouts?.total !== undefined;
  return isTwice ? [["timeout", "is timeouts.total: keep one"]] : [];
}

function ofSplit(options: ProxyOptions): readonly Conflict[] {
  const { split } = options;
  if (split === undefined) return there(options, ["split_key"], "has no meaning without split");
  if (split.length === 0 || !split.every(leadsElsewhere)) return [];
  return there(options, ways, "is never asked: every way of split leads elsewhere");
}

/** Whether a way of `split` has a server of its own. */
function leadsElsewhere({ upstream, target }: SplitOptions[number]): boolean {
  return (upstream ?? target) !== undefined;
}

function ofBodies(options: ProxyOptions): readonly Conflict[] {
  const { compose, transform, transform_request: request, transform_response: response } = options;
  if ([compose, transform, request?.body, response?.body].some((reader) => reader !== undefined)) return [];
  return there(options, ["max_body"], "has no meaning where no body is read whole: it is for transforms and compose");
}

function there(options: ProxyOptions, keys: readonly (keyof ProxyOptions)[], message: string): readonly Conflict[] {
  return keys.filter((key) => options[key] !== undefined).map((key) => [key, message]);
}

/** Options as they are written, or a URL alone. */
export function toProxyOptions(value: output<typeof proxySchema>): ProxyOptions {
  return typeof value === "string" ? whole.parse({ target: value }) : value;
}

/** Largest body that is read whole, in bytes. */
export function maxBodyOf({ max_body: largest = "1MB" }: Pick<ProxyOptions, "max_body">): number {
  return toBytes(largest);
}
