import type {
  Config,
  CorsSection,
  EndpointSection,
  LimitsSection,
  LoggingSection,
  Quantity,
  RateLimitSection,
  TimeoutsSection,
} from "../config/config.ts";
import { parseIpRange, rangeNames } from "../ip-address.ts";
import type { HandlerNeeds } from "../mode.ts";
import { parseDurationMs, parseSizeBytes } from "../units.ts";
import type {
  CorsSettings,
  LimitSettings,
  LoggingSettings,
  RateLimit,
  ServerSettings,
  TimeoutSettings,
  TlsSettings,
  TrustedProxies,
} from "./app.ts";
import type { RouteLimits } from "./built-in.ts";

/** The server's section in the names of the code. */
export function toServerSettings({ server, raw }: Config, tls?: TlsSettings): ServerSettings {
  const timeouts = toTimeoutSettings(server.timeouts);
  const isRequestSaid = isSaid(raw.value, ["server", "timeouts", "request"]);
  return Object.freeze({
    host: server.host,
    port: server.port,
    basePath: server.base_path.replace(/\/+$/, ""),
    healthPath: server.health === false ? undefined : server.health,
    readyPath: server.ready === false ? undefined : server.ready,
    limits: toLimitSettings(server.limits),
    timeouts: Object.freeze({ ...timeouts, streamMs: isRequestSaid ? timeouts.requestMs : Infinity }),
    strictSlash: server.strict_slash,
    allowEncodedSlash: server.allow_encoded_slash,
    trustProxy: toTrustedProxies(server.trust_proxy),
    tls,
    overload: toOverloadSettings(server.overload),
    watchdog: toWatchdogSettings(server.watchdog),
  });
}

function toTrustedProxies(given: Config["server"]["trust_proxy"]): TrustedProxies {
  if (typeof given === "boolean" || typeof given === "number") return given;
  const texts = given.flatMap((text) => rangeNames[text] ?? [text]);
  return Object.freeze(texts.flatMap((text) => parseIpRange(text) ?? []));
}

function toOverloadSettings(overload: Config["server"]["overload"]): ServerSettings["overload"] {
  if (overload === false) return undefined;
  return Object.freeze({ utilizationRatio: overload.utilization, delayMs: toMs(overload.delay) });
}

/** `undefined` when it is switched off. */
export function toWatchdogSettings(watchdog: Config["server"]["watchdog"]): ServerSettings["watchdog"] {
  if (watchdog === false) return undefined;
  return Object.freeze({ blockedMs: toMs(watchdog.blocked), terminateMs: toMs(watchdog.terminate) });
}

/** `undefined` for no limit. */
export function toRateLimit(section: RateLimitSection | false | undefined): RateLimit | undefined {
  if (section === false || section === undefined) return undefined;
  const { requests_per_minute: requestsPerMinute, burst = requestsPerMinute, by = "ip" } = section;
  const client = typeof by === "string" ? by : { header: by.header.toLowerCase() };
  return Object.freeze({ requestsPerMinute, burst, by: client });
}

function toLimitSettings(limits: LimitsSection): LimitSettings {
  return Object.freeze({
    headerBytes: toBytes(limits.header_size),
    headerLines: toCount(limits.header_count),
    urlBytes: toBytes(limits.url_size),
    bodyBytes: toBytes(limits.body_size),
    bodyRatio: toCount(limits.body_ratio),
    jsonDepth: toCount(limits.json_depth),
    jsonKeys: toCount(limits.json_keys),
    queryPairs: toCount(limits.query_pairs),
  });
}

function toTimeoutSettings(timeouts: TimeoutsSection): Omit<TimeoutSettings, "streamMs"> {
  return {
    headersMs: toMs(timeouts.headers),
    requestMs: toMs(timeouts.request),
    keepAliveMs: toMs(timeouts.keep_alive),
    checkIntervalMs: toMs(timeouts.check_interval),
    handlerMs: toMs(timeouts.handler),
    writeMs: toMs(timeouts.write),
    drainMs: toMs(timeouts.drain),
    hookMs: toMs(timeouts.hook),
    lifecycleMs: toMs(timeouts.lifecycle),
  };
}

/** What the server says to every route. */
export function defaultLimits({ limits, timeouts }: ServerSettings): RouteLimits {
  return { bodyBytes: limits.bodyBytes, handlerMs: timeouts.handlerMs };
}

/** What the configuration itself says of the server's limits; `undefined` where it is silent. */
export type SaidLimits = Partial<Record<keyof RouteLimits, number>>;

/** For handlers whose limits are others as long as nobody says any. */
export function toSaidLimits(config: Config): SaidLimits {
  const { bodyBytes, handlerMs } = defaultLimits(toServerSettings(config));
  const said = config.raw.value;
  return {
    ...(isSaid(said, ["server", "limits", "body_size"]) && { bodyBytes }),
    ...(isSaid(said, ["server", "timeouts", "handler"]) && { handlerMs }),
  };
}

function isSaid(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return value !== undefined;
  return typeof value === "object" && value !== null && isSaid(new Map(Object.entries(value)).get(key), rest);
}

/** What an endpoint says for itself, and what holds otherwise: what the server says, or nothing where the handler sees to it. */
export function toRouteLimits(
  endpoint: Partial<Pick<EndpointSection, "limits" | "timeouts">>,
  needs: HandlerNeeds,
  otherwise: StandingLimits,
): RouteLimits {
  const says = endpoint.limits !== undefined || endpoint.timeouts !== undefined;
  const { requestStream = false, ownTime = false } = needs;
  // Nearly all endpoints have what holds for all.
  return says || requestStream || ownTime
    ? ownLimits(endpoint, { requestStream, ownTime }, otherwise)
    : otherwise.limits;
}

interface StandingLimits {
  readonly limits: RouteLimits;
  readonly saidLimits: SaidLimits;
}

function ownLimits(
  { limits, timeouts }: Partial<Pick<EndpointSection, "limits" | "timeouts">>,
  { requestStream, ownTime }: HandlerNeeds,
  otherwise: StandingLimits,
): RouteLimits {
  const said: SaidLimits = {
    ...otherwise.saidLimits,
    ...(limits?.body_size !== undefined && { bodyBytes: toBytes(limits.body_size) }),
    ...(timeouts?.handler !== undefined && { handlerMs: toMs(timeouts.handler) }),
  };
  const standing = { ...otherwise.limits, ...said };
  return {
    bodyBytes: standing.bodyBytes,
    streamBytes: requestStream === true ? (said.bodyBytes ?? Infinity) : undefined,
    handlerMs: ownTime === true ? (said.handlerMs ?? Infinity) : standing.handlerMs,
  };
}

// What is `false`, and nothing else after the check, has no limit.
function toBytes(size: Quantity): number {
  return parseSizeBytes(size) ?? Infinity;
}

function toMs(duration: Quantity): number {
  return parseDurationMs(duration) ?? Infinity;
}

function toCount(count: number | false): number {
  return count === false ? Infinity : count;
}

export function toCorsSettings(cors: CorsSection | undefined): CorsSettings | undefined {
  if (cors === undefined) return undefined;
  return Object.freeze({
    origins: cors.origins,
    methods: cors.methods,
    headers: cors.headers,
    exposeHeaders: cors.expose_headers,
    credentials: cors.credentials,
    maxAgeSeconds: cors.max_age,
  });
}

/** The logging section; `file` becomes absolute by `resolve`, the format follows the way the server was started. */
export function toLoggingSettings(
  logging: LoggingSection,
  { format: byDefault, resolve }: { readonly format: LoggingSettings["format"]; resolve(file: string): string },
): LoggingSettings {
  const format = logging.format ?? byDefault;
  return Object.freeze({
    enabled: logging.enabled,
    level: logging.level,
    format: format === "json" ? "json" : "pretty",
    file: logging.file === undefined ? undefined : resolve(logging.file),
    requests: logging.requests,
    includeHeaders: logging.include_headers,
    includeBody: logging.include_body,
  });
}

/** Whether a line of the access log shows the body of the request. */
export function logsBody({ logging }: Config): boolean {
  return logging.enabled && logging.requests && logging.include_body;
}

/** Names in lower case and values in turn. */
export function toGlobalHeaders(headers: Config["global_headers"]): readonly string[] {
  return Object.freeze(Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value]));
}
