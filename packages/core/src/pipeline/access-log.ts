import type { Exchange } from "../exchange.ts";
import type { LoggingSettings } from "../model/app.ts";
import type { Outcome } from "../plugin.ts";
import { redactHeaders, redactText } from "./redact.ts";

/** One request in the access log, without the time. */
export interface RequestRecord {
  readonly level: "info" | "warn" | "error";
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly route: string | undefined;
  readonly endpoint: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly bytes: number;
  readonly traceId: string | undefined;
}

/** Whether nothing of a text needs escaping in JSON. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** The line of one request, as JSON text without a line end; `time` is ISO 8601. */
export function formatRequest(exchange: Exchange, outcome: Outcome, time: string): string {
  const { request, route } = exchange;
  // Written by hand: this runs once per request (bench: static, access log on).
  let line = `{"time":"${time}","level":"${levelOf(outcome)}","msg":"request","id":${quote(exchange.id)},"method":"${request.method}","path":${quote(request.path)}`;
  if (route !== undefined) line += `,"route":${quote(route.pattern)},"endpoint":${quote(route.endpoint)}`;
  line += `,"status":${outcome.status},"durationMs":${round(outcome.durationMs)},"bytes":${outcome.bytes}`;
  if (outcome.aborted) line += `,"aborted":true`;
  if (request.headers["traceparent"] !== undefined) line += `,"traceId":"${exchange.trace.traceId}"`;
  return line;
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

export function levelOf(outcome: Outcome): RequestRecord["level"] {
  if (outcome.status >= 500) return "error";
  return outcome.aborted ? "warn" : "info";
}

function bodyText(exchange: Exchange): string | undefined {
  const body = exchange.response?.body;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  return undefined;
}

/** Milliseconds with three places. */
function round(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
