import {
  _default,
  array,
  boolean,
  check,
  enum as oneOf,
  int,
  literal,
  maximum,
  minLength,
  minimum,
  optional,
  overwrite,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { describe } from "./describe.ts";
import { host } from "./host.ts";
import { limits, timeouts } from "./limits.ts";
import { overload } from "./overload.ts";
import { trustProxy } from "./rate-limit.ts";
import { watchdog } from "./watchdog.ts";

const origin = string().check(
  regex(
    /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i,
    "must be * or an origin such as https://shop.example, without a path",
  ),
);
const headerName = string().check(regex(/^(?:\*|[!#$%&'*+.^_`|~0-9A-Za-z-]+)$/, "must be the name of a header"));
const file = string().check(minLength(1, "must name a file"));
const path = string().check(regex(/^\/[^\s?#{}*]*$/, "must be a path that begins with a slash and has no parameters"));

const corsKeys = strictObject({
  origins: describe(
    _default(array(origin), ["*"]),
    'Origins that may read the answers: `"*"` or exact origins such as `https://shop.example`.',
  ),
  methods: describe(
    optional(array(oneOf(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]))),
    "Methods a preflight allows; those of the endpoint when absent.",
  ),
  headers: describe(optional(array(headerName)), "Request headers a preflight allows; those it asks for when absent."),
  expose_headers: describe(
    _default(array(headerName), ["content-range", "etag", "link", "location", "x-total-count"]),
    "Response headers a script may read; when absent, those that tell of rows and pages.",
  ),
  credentials: describe(_default(boolean(), false), "Allow cookies and other credentials; needs exact `origins`."),
  max_age: describe(
    _default(int().check(minimum(0), maximum(86_400)), 600),
    "Seconds a browser may keep the answer to a preflight.",
  ),
});

/** Source: Fetch Standard, 3.3.5: a browser takes no `*` together with credentials. */
const cors = corsKeys.check(
  check(({ value, issues }) => {
    if (!value.credentials || !value.origins.includes("*")) return;
    issues.push({
      code: "custom",
      message: "must be exact when credentials is true",
      path: ["origins"],
      input: value.origins,
    });
  }),
);

const tls = strictObject({
  cert: describe(file, "Certificate chain as PEM, relative to the configuration."),
  key: describe(file, "Private key as PEM, relative to the configuration."),
  ca: describe(
    optional(file),
    "Authorities as PEM, relative to the configuration; when given, clients must show a certificate of theirs.",
  ),
  passphrase: describe(optional(string()), "Opens the private key; best from an environment variable."),
  min_version: describe(_default(oneOf(["TLSv1.2", "TLSv1.3"]), "TLSv1.2"), "Oldest version of TLS that is spoken."),
});

/** `server:` — where and how the API listens. */
export const server = strictObject({
  host: describe(
    _default(host, "127.0.0.1"),
    "Address to listen on; `0.0.0.0` is every interface, `::` also those of IPv6.",
  ),
  port: describe(_default(int().check(minimum(0), maximum(65_535)), 8080), "Port to listen on; 0 takes a free one."),
  workers: describe(
    _default(union([literal("auto"), int().check(minimum(1), maximum(256))]), 1),
    "Processes that serve under `start`; `auto` is one for each core.",
  ),
  base_path: describe(
    _default(
      string().check(
        regex(/^(?:|\/[^\s?#{}*]*)$/, "must begin with a slash and have no parameters"),
        overwrite((text) => text.replace(/\/+$/, "")),
      ),
      "",
    ),
    "Path before the path of every endpoint.",
  ),
  cors: describe(optional(union([boolean(), cors])), "Answer browsers of other origins; `true` is every default."),
  health: describe(
    _default(union([literal(false), path]), "/health"),
    "Path of the liveness answer; `false` for none.",
  ),
  ready: describe(_default(union([literal(false), path]), "/ready"), "Path of the readiness answer; `false` for none."),
  strict_slash: describe(_default(boolean(), false), "Whether `/users/` and `/users` are two paths."),
  allow_encoded_slash: describe(
    _default(boolean(), false),
    "Whether `%2F` may stand in a path, as part of its segment; otherwise 400.",
  ),
  limits: describe(_default(limits, limits.parse({})), "How much of a request is taken."),
  timeouts: describe(_default(timeouts, timeouts.parse({})), "How long things may take."),
  overload: describe(
    _default(overload, overload.parse({})),
    "When requests are refused with 503 because the process cannot keep up; `false` for never.",
  ),
  watchdog: describe(
    _default(watchdog, watchdog.parse({})),
    "What is done about code that blocks the event loop, under `backworks start` and `dev`; `false` for nothing.",
  ),
  tls: describe(optional(tls), "Answer over TLS; plain HTTP when absent."),
  trust_proxy: describe(
    _default(trustProxy, false),
    "Whose `X-Forwarded-For` (or `Forwarded`) is believed: that of so many proxies (`1`), or of proxies at these addresses (`[10.0.0.0/8, loopback]`). `true` believes everybody, clients too: they can then be whoever they want.",
  ),
});

/** What `cors: true` stands for. */
export const corsDefaults = cors;
