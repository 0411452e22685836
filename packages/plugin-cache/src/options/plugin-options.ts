import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  enum as oneOf,
  minLength,
  optional,
  refine,
  regex,
  startsWith,
  strictObject,
  string,
  union,
  literal,
} from "zod/mini";
import { duration, size } from "@backworks/option-values";
import { sharedShape } from "./shared.ts";
import { fieldName, lifetime } from "./values.ts";

const purgeSchema = optional(
  strictObject({
    path: _default(string().check(startsWith("/")), "/_cache").check(describe("Where, below `server.base_path`.")),
    token: string()
      .check(minLength(16))
      .check(describe("What `Authorization: Bearer` must bring, at least 16 characters.")),
  }),
).check(
  describe(
    "A route that throws answers away: `DELETE /_cache?tag=users`, `?url=/users/1`, `?endpoint=users` or `?all=true`.",
  ),
);

const redisUrl = string().check(regex(/^(?:rediss?:\/\/|unix:\/)\S+$/, "must be a URL such as redis://127.0.0.1:6379"));

/** Less holds no answer. */
const leastBytes = 1024;

/** `plugins.cache`. */
export const pluginOptions = strictObject({
  type: _default(oneOf(["memory", "redis"]), "memory").check(
    describe("Where answers are kept: in this process, or in Redis for all processes that use it."),
  ),
  url: optional(redisUrl).check(
    describe("Of Redis: `redis://`, `rediss://` for TLS, or `unix:/path`. Only with `type: redis`."),
  ),
  max_size: _default(size(leastBytes), "64MB").check(
    describe("What all answers in memory may take; the longest unused go first. Redis has `maxmemory` for it."),
  ),
  max_entry: _default(size(leastBytes), "1MB").check(describe("Longest body that is stored.")),
  default_ttl: optional(lifetime()).check(
    describe(
      "How long answers that say nothing themselves are kept, on every endpoint that says nothing else. Without it they are not.",
    ),
  ),
  ...sharedShape,
  heuristics: _default(boolean(), false).check(
    describe("Whether answers that say nothing but `Last-Modified` are kept for a tenth of their age, a day at most."),
  ),
  etag: _default(boolean(), true).check(
    describe("Whether stored answers of modes other than proxy get an `ETag` unless they have a validator."),
  ),
  tag_headers: _default(array(fieldName), ["Cache-Tag", "Surrogate-Key"]).check(
    describe("Fields of answers whose words are tags."),
  ),
  control_headers: _default(array(fieldName), ["Backworks-Cache-Control", "CDN-Cache-Control"]).check(
    describe(
      "Fields of answers that say it before `Cache-Control` and `Expires`, the first that is there and without a mistake (RFC 9213).",
    ),
  ),
  cache_status: _default(
    union([literal(false), string().check(regex(/^[A-Za-z][\w.-]*$/, "must be one word"))]),
    "Backworks",
  ).check(describe("Name of this cache in `Cache-Status`; `false` writes none.")),
  timeout: _default(duration(), "50ms").check(
    describe("How long a request waits for Redis in all; what it has not answered then is not there."),
  ),
  purge: purgeSchema,
}).check(
  refine(({ type, url }) => type !== "redis" || url !== undefined, {
    path: ["url"],
    message: "is needed with type: redis",
  }),
  refine(({ type, url }) => type === "redis" || url === undefined, {
    path: ["url"],
    message: "is for type: redis only",
  }),
);

export type PluginOptions = output<typeof pluginOptions>;
