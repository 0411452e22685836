import type { Exchange, RouteInfo } from "../exchange.ts";
import type { LoggingSettings } from "../model/app.ts";
import type { Outcome } from "../plugin.ts";
import { redactHeaders, redactText } from "./redact.ts";

/** Whether nothing of a text needs escaping in JSON. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** What a line says of a route, by route: it is the same for all of its requests. */
const routeParts = new WeakMap<RouteInfo, string>();

/**
 * The line of one request as JSON text, without the brace that closes it; `time` is ISO 8601.
 *
 * Written by hand, because it runs once per request (bench: static, access log on).
 */
export function formatRequest(exchange: Exchange, outcome: Outcome, time: string): string {
  const { request, route } = exchange;
  const aborted = outcome.aborted ? ',"aborted":true' : "";
  const trace = request.headers["traceparent"] === undefined ? "" : `,"traceId":"${exchange.trace.traceId}"`;
  // Ids and methods hold nothing that needs escaping.
  return `{"time":"${time}","level":"${levelOf(outcome)}","msg":"request","id":"${exchange.id}","method":"${request.method}","path":${quote(request.path)}${route === undefined ? "" : partOf(route)},"status":${outcome.status},"durationMs":${toMilliseconds(outcome.durationMs)},"bytes":${outcome.bytes}${aborted}${trace}`;
}

function partOf(route: RouteInfo): string {
  const known = routeParts.get(route);
  if (known !== undefined) return known;
  const part = `,"route":${quote(route.pattern)},"endpoint":${quote(route.endpoint)}`;
  routeParts.set(route, part);
  return part;
}

/** What `include_headers` and `include_body` add to the line, secrets made unreadable. */
export function formatDetails(exchange: Exchange, settings: LoggingSettings): string {
  let line = "";
  if (settings.includeHeaders) {
    line += `,"headers":${JSON.stringify(redactHeaders(exchange.request.headers))}`;
    if (exchange.response !== undefined) {
      line += `,"responseHeaders":${JSON.stringify(redactHeaders(Object.fromEntries(exchange.response.headers)))}`;
    }
  }
  if (settings.includeBody) {
    const received = exchange.request.received?.text;
    if (received) line += `,"body":${JSON.stringify(redactText(received))}`;
    const sent = bodyText(exchange);
    if (sent !== undefined) line += `,"responseBody":${JSON.stringify(redactText(sent))}`;
  }
  return line;
}

export function levelOf(outcome: Outcome): "info" | "warn" | "error" {
  if (outcome.status >= 500) return "error";
  return outcome.aborted ? "warn" : "info";
}

function bodyText(exchange: Exchange): string | undefined {
  const body = exchange.response?.body;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  return undefined;
}

/** Three places, put together from whole numbers: those are made into text much faster than fractions. */
function toMilliseconds(durationMs: number): string {
  const microseconds = Math.round(durationMs * 1000);
  const fraction = microseconds % 1000;
  const zeros = fraction < 10 ? "00" : fraction < 100 ? "0" : "";
  return `${(microseconds - fraction) / 1000}.${zeros}${fraction}`;
}

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
