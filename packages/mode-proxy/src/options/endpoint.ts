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
import { size } from "@backworks/option-values";
import { retriesSchema } from "./retries.ts";
import { serverUrl, targetsSchema } from "./target.ts";
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
  max_body: _default(size(), "1MB").check(
    describe("Largest body that is read whole for a transform or a composition; a larger answer is a 502."),
  ),
  forwarded: _default(oneOf(["x", "rfc7239", "both", "off"]), "both").check(
    describe("How the upstream is told who asks: `X-Forwarded-*`, `Forwarded`, both, or not at all."),
  ),
  via: _default(boolean(), true).check(describe("Whether `Via` is written, both ways.")),
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
  const goesElsewhere = value.split?.every(({ upstream, target }) => (upstream ?? target) !== undefined) === true;
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
  return [...ofWays(options), ...ofServers(options), ...ofPaths(options), ...ofTimes(options)];
}

function ofWays(options: ProxyOptions): readonly Conflict[] {
  const [first, ...others] = ways.filter((way) => options[way] !== undefined);
  const twice = others.map((other): Conflict => [other, `cannot stand beside ${first}: keep one`]);
  if (options.compose === undefined) return twice;
  return [...twice, ...there(options, ofOneAnswer, "has no meaning beside compose")];
}

function ofServers(options: ProxyOptions): readonly Conflict[] {
  if (options.target !== undefined || options.targets !== undefined) return [];
  const elsewhere = options.upstream === undefined ? "targets of this endpoint" : `upstreams.${options.upstream}`;
  return there(options, ofOwnServers, `belongs to ${elsewhere}`);
}

function ofPaths(options: ProxyOptions): readonly Conflict[] {
  if (options.path_rewrite === undefined) return [];
  return there(options, ["strip_prefix", "add_prefix"], "has no meaning beside path_rewrite");
}

function ofTimes({ timeout, timeouts, split, split_key }: ProxyOptions): readonly Conflict[] {
  const twice = timeout !== undefined && timeouts !== undefined && timeouts.total !== false;
  const alone = split_key !== undefined && split === undefined;
  return [
    ...(twice ? [["timeout", "is timeouts.total: keep one"] as const] : []),
    ...(alone ? [["split_key", "has no meaning without split"] as const] : []),
  ];
}

function there(options: ProxyOptions, keys: readonly (keyof ProxyOptions)[], message: string): readonly Conflict[] {
  return keys.filter((key) => options[key] !== undefined).map((key) => [key, message]);
}

/** Options as they are written, or a URL alone. */
export function toProxyOptions(value: output<typeof proxySchema>): ProxyOptions {
  return typeof value === "string" ? whole.parse({ target: value }) : value;
}
