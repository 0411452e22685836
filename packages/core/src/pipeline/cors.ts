import type { Exchange, Handler } from "../exchange.ts";
import type { CorsSettings } from "../model/app.ts";

/**
 * Adds what a browser needs to let a page of another origin read the response.
 *
 * Source: Fetch Standard, "CORS protocol".
 */
export function writeCors(cors: CorsSettings, origin: string | undefined, headers: string[]): void {
  const anyone = cors.origins.includes("*") && !cors.credentials;
  // The answer differs by origin, also for the request that sends none.
  if (!anyone) addVary(headers, "origin");
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined || hasOwn(headers, "access-control-allow-origin")) return;
  headers.push("access-control-allow-origin", allowed);
  if (cors.credentials) headers.push("access-control-allow-credentials", "true");
  if (cors.exposeHeaders.length > 0 && !hasOwn(headers, "access-control-expose-headers")) {
    headers.push("access-control-expose-headers", cors.exposeHeaders.join(", "));
  }
}

/** Answers OPTIONS of a path: a preflight when the browser asks one and CORS is on, otherwise the methods. */
export function answerOptions(cors: CorsSettings | undefined, allow: readonly string[]): Handler {
  const methods = allow.join(", ");
  return (exchange) => {
    if (cors === undefined || !isAllowedPreflight(cors, exchange)) return { status: 204, headers: { allow: methods } };
    return { status: 204, headers: { allow: methods, ...preflightHeaders(cors, exchange, methods) } };
  };
}

/** Answers preflights before a handler that answers OPTIONS itself; it may know nothing of CORS. */
export function beforePreflight(cors: CorsSettings | undefined, handler: Handler): Handler {
  if (cors === undefined) return handler;
  return (exchange) => {
    if (!isAllowedPreflight(cors, exchange)) return handler(exchange);
    const asked = String(exchange.request.headers["access-control-request-method"]);
    return { status: 204, headers: preflightHeaders(cors, exchange, asked) };
  };
}

function isAllowedPreflight(cors: CorsSettings, exchange: Exchange): boolean {
  return isPreflight(exchange) && allowedOrigin(cors, exchange.request.headers["origin"] as string) !== undefined;
}

function isPreflight(exchange: Exchange): boolean {
  const { headers } = exchange.request;
  return headers["origin"] !== undefined && headers["access-control-request-method"] !== undefined;
}

function preflightHeaders(cors: CorsSettings, exchange: Exchange, methods: string): Record<string, string | undefined> {
  const asked = exchange.request.headers["access-control-request-headers"];
  return {
    "access-control-allow-methods": cors.methods === undefined ? methods : cors.methods.join(", "),
    "access-control-allow-headers": cors.headers === undefined ? asked?.toString() : cors.headers.join(", "),
    "access-control-max-age": String(cors.maxAgeSeconds),
    vary: cors.headers === undefined ? "access-control-request-headers" : undefined,
  };
}

/** With credentials the star means nothing to a browser, so the origin itself is named. */
function allowedOrigin(cors: CorsSettings, origin: string | undefined): string | undefined {
  if (cors.origins.includes("*")) return cors.credentials ? origin : "*";
  return origin !== undefined && cors.origins.includes(origin) ? origin : undefined;
}

function addVary(headers: string[], name: string): void {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text === "vary");
  const present = at < 0 ? undefined : headers[at + 1];
  if (present === undefined) headers.push("vary", name);
  else if (
    present !== "*" &&
    !present
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes(name)
  )
    headers[at + 1] = `${present}, ${name}`;
}

function hasOwn(flat: readonly string[], name: string): boolean {
  return flat.some((text, index) => index % 2 === 0 && text === name);
}
