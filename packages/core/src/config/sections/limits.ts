import { _default, check, optional, strictObject } from "zod/mini";
import { parseDurationMs } from "../../units.ts";
import { describe } from "./describe.ts";
import { count, duration, fixedDuration, size } from "./quantity.ts";

/** `server.limits:` — how much of a request is taken. */
export const limits = strictObject({
  header_size: describe(_default(size(512), "16KB"), "Size of all header fields together; more is refused with 431."),
  header_count: describe(_default(count(8), 100), "Header fields of a request; more are refused with 431."),
  url_size: describe(_default(size(64), "8KB"), "Size of path and query together; more is refused with 414."),
  body_size: describe(
    _default(size(), "1MB"),
    "Size of a request's body, and of what a compressed one becomes; more is refused with 413. An endpoint may have its own.",
  ),
  body_ratio: describe(
    _default(count(1), 100),
    "How many times larger than what was sent a compressed body may become; more is refused with 413.",
  ),
  json_depth: describe(_default(count(1), 64), "Nesting of a JSON body; more is refused with 400."),
  json_keys: describe(
    _default(count(0), 10_000),
    "Members of all objects of a JSON body together; more are refused with 400.",
  ),
  query_pairs: describe(_default(count(0), 1000), "Pairs of a query, fields of a form; more are refused with 400."),
});

const timeoutKeys = strictObject({
  headers: describe(
    _default(duration(10), "10s"),
    "Until the header fields of a request are there, from the beginning of the connection or of the request; then 408.",
  ),
  request: describe(
    _default(duration(10), "30s"),
    "Until a whole request is there; then 408. Where a mode passes the body on as it comes, only if it is written here.",
  ),
  keep_alive: describe(_default(duration(), "5s"), "How long a connection without a request is kept."),
  check_interval: describe(
    _default(fixedDuration(10), "1s"),
    "How often connections are looked over for `headers` and `request`. Read when the listener opens.",
  ),
  handler: describe(
    _default(duration(), "30s"),
    "Until an endpoint has answered; then 504. An endpoint may have its own.",
  ),
  write: describe(
    _default(duration(10), "30s"),
    "How long a client may take nothing of a response that is waiting for it, before the connection is closed.",
  ),
  drain: describe(
    _default(duration(0), "30s"),
    "How long requests under way may take to end when the server stops; then their connections are cut.",
  ),
  hook: describe(_default(duration(), "250ms"), "Time for a hook of a plugin that names none itself."),
  lifecycle: describe(
    _default(duration(), "10s"),
    "Time for each of `initialize`, `start`, `stop` and `cleanup` of a plugin.",
  ),
});

/** `server.timeouts:` — how long things may take. */
export const timeouts = timeoutKeys.check(
  check(({ value, issues }) => {
    const [headers, request] = [value.headers, value.request].map((time) => parseDurationMs(time) ?? Infinity);
    if (headers === undefined || request === undefined || headers <= request || value.headers === false) return;
    issues.push({
      code: "custom",
      message: "must not be longer than request",
      path: ["headers"],
      input: value.headers,
    });
  }),
);

/** `limits:` of an endpoint. */
export const endpointLimits = strictObject({
  body_size: describe(optional(size()), "Instead of `server.limits.body_size`."),
});

/** `timeouts:` of an endpoint. */
export const endpointTimeouts = strictObject({
  handler: describe(optional(duration()), "Instead of `server.timeouts.handler`."),
});
