import type { Exchange, RouteInfo } from "../exchange.ts";
import type { LoggingSettings } from "../model/app.ts";
import type { Outcome } from "../plugin.ts";
import { redactHeaders, redactText } from "./redact.ts";

/** Whether nothing of a text needs escaping in JSON. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** What lines of a route say, kept from one request to the next: most are asked for the same again. */
interface Repeated {
  method: string;
  path: string;
  status: number;
  text: string;
}

const repeated = new WeakMap<RouteInfo, Repeated>();

/**
 * The line of one request as JSON text, without the brace that closes it; `head` is what `headOf` made.
 *
 * Written by hand and of few pieces, because it runs once per request (bench: static, access log on).
 */
export function formatRequest(exchange: Exchange, outcome: Outcome, head: string): string {
  const aborted = outcome.aborted ? ',"aborted":true' : "";
  const traced = exchange.request.headers["traceparent"] !== undefined;
  const trace = traced ? `,"traceId":"${exchange.trace.traceId}"` : "";
  return `${head}${exchange.id}${middleOf(exchange, outcome.status)}${toMilliseconds(outcome.durationMs)},"bytes":${outcome.bytes}${serverOf(exchange)}${aborted}${trace}`;
}

/** Who was asked for the answer, where that was not this server. */
function serverOf({ forwardedTo }: Exchange): string {
  if (forwardedTo === undefined) return "";
  const { upstream, target } = forwardedTo;
  return `,"upstream":${quote(upstream)},"target":${quote(target)}`;
}

/** How a line begins; `time` is ISO 8601. The request id follows. */
export function headOf(time: string, level: RequestLevel): string {
  return `{"time":"${time}","level":"${level}","msg":"request","id":"`;
}

function middleOf({ request, route }: Exchange, status: number): string {
  const { method, path } = request;
  if (route === undefined) return toMiddle({ method, path, status });
  const last = repeated.get(route);
  if (last === undefined) {
    const text = toMiddle({ method, path, status }, route);
    repeated.set(route, { method, path, status, text });
    return text;
  }
  if (last.path === path && last.status === status && last.method === method) return last.text;
  last.method = method;
  last.path = path;
  last.status = status;
  return (last.text = toMiddle(last, route));
}

/** From the end of the id to the duration. Ids and methods hold nothing that needs escaping. */
function toMiddle({ method, path, status }: Omit<Repeated, "text">, route?: RouteInfo): string {
  const of = route === undefined ? "" : `,"route":${quote(route.pattern)},"endpoint":${quote(route.endpoint)}`;
  return `","method":"${method}","path":${quote(path)}${of},"status":${status},"durationMs":`;
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

export type RequestLevel = "info" | "warn" | "error";

export function levelOf(outcome: Outcome): RequestLevel {
  if (outcome.status >= 500) return "error";
  return outcome.aborted ? "warn" : "info";
}

function bodyText(exchange: Exchange): string | undefined {
  const body = exchange.response?.body;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  return undefined;
}

/** Durations below a millisecond as text, by microseconds; made when first seen. */
const shortDurations: string[] = [];

/** Three places, put together from whole numbers: those are made into text much faster than fractions. */
function toMilliseconds(durationMs: number): string {
  const microseconds = Math.round(durationMs * 1000);
  if (microseconds >= 0 && microseconds < 1000) return (shortDurations[microseconds] ??= toThreePlaces(microseconds));
  return toThreePlaces(microseconds);
}

function toThreePlaces(microseconds: number): string {
  const fraction = microseconds % 1000;
  const zeros = fraction < 10 ? "00" : fraction < 100 ? "0" : "";
  return `${(microseconds - fraction) / 1000}.${zeros}${fraction}`;
}

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
