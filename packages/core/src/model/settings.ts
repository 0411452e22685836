import type { Config, CorsSection, LoggingSection } from "../config/config.ts";
import type { CorsSettings, LimitSettings, LoggingSettings, ServerSettings, TimeoutSettings } from "./app.ts";

const limits: LimitSettings = Object.freeze({
  headerBytes: 16_384,
  headerLines: 100,
  urlBytes: 8192,
  bodyBytes: 1_048_576,
  bodyRatio: 100,
  jsonDepth: 64,
  jsonKeys: 10_000,
  queryPairs: 1000,
});

const timeouts: TimeoutSettings = Object.freeze({
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 5000,
  handlerMs: 30_000,
  drainMs: 30_000,
  hookMs: 250,
  lifecycleMs: 10_000,
});

/** The server's section in the names of the code. */
export function toServerSettings({ server }: Config): ServerSettings {
  return Object.freeze({
    host: server.host,
    port: server.port,
    basePath: server.base_path.replace(/\/+$/, ""),
    healthPath: server.health === false ? undefined : server.health,
    readyPath: server.ready === false ? undefined : server.ready,
    limits,
    timeouts,
    strictSlash: server.strict_slash,
    trustProxy: server.trust_proxy,
  });
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
  { development, resolve }: { readonly development: boolean; resolve(file: string): string },
): LoggingSettings {
  const format = logging.format ?? (development ? "pretty" : "json");
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
