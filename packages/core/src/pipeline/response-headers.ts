import { writeCors } from "./cors.ts";
import type { LiveExchange } from "./exchange.ts";
import { toTraceparent } from "./trace.ts";

/**
 * Adds what every response has to a flat list of headers: those of the configuration, the request id, the trace when the
 * caller has one, CORS.
 */
export function addCommonHeaders(exchange: LiveExchange, headers: string[]): void {
  const { globalHeaders, cors } = exchange.generation.app;
  const { headers: asked } = exchange.request;
  for (let index = 0; index < globalHeaders.length; index += 2) {
    const name = globalHeaders[index] ?? "";
    if (!hasHeader(headers, name)) headers.push(name, globalHeaders[index + 1] ?? "");
  }
  if (!hasHeader(headers, "x-request-id")) headers.push("x-request-id", exchange.id);
  if (exchange.standing !== undefined) headers.push(...exchange.standing);
  if (asked["traceparent"] !== undefined) addTrace(exchange, headers);
  if (cors !== undefined) writeCors(cors, asked.origin, headers);
}

function addTrace({ trace }: LiveExchange, headers: string[]): void {
  if (hasHeader(headers, "traceparent")) return;
  headers.push("traceparent", toTraceparent(trace));
  if (trace.state !== undefined) headers.push("tracestate", trace.state);
}

/** Whether a flat list has a header; `name` is in lower case. */
export function hasHeader(flat: readonly string[], name: string): boolean {
  for (let index = 0; index < flat.length; index += 2) if (flat[index] === name) return true;
  return false;
}
