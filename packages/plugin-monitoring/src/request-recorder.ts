import type { Exchange, Outcome, RouteInfo } from "@backworks/core";
import type { SeriesBudget } from "./families/budget.ts";
import { otherLabel } from "./families/family.ts";
import { Histogram } from "./families/histogram.ts";
import type { Labels } from "./families/text.ts";
import { perRoute } from "./per-route.ts";

/** Seconds. Source: OpenTelemetry, semantic conventions for HTTP metrics, `http.server.request.duration`. */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Methods that are told apart; any other is `_OTHER`. Source: RFC 9110, 9.3, and RFC 5789. */
const knownMethods = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);

/** The label of a method. */
export function methodLabel(method: string): string {
  return knownMethods.has(method) ? method : "_OTHER";
}

/** An exemplar of one series at most in so many milliseconds. */
const exemplarEveryMs = 1000;

/** Numbers of series by status. */
type StatusMap = Map<number, number>;

/** What is bound of one route: for each method its series by status. */
interface BoundRoute {
  readonly pattern: string;
  /** That of the route, and its series; nearly every request has it. */
  readonly method: string;
  readonly series: StatusMap;
  readonly others: Map<string, StatusMap>;
}

/** Counts requests as they finish. */
export class RequestRecorder {
  readonly durations: Histogram;
  #keepsExemplars = true;
  readonly #boundOf = perRoute(bindRoute);
  /** By series, milliseconds. */
  readonly #exemplarAt: number[] = [];

  constructor(budget: SeriesBudget) {
    this.durations = new Histogram({
      name: "http_server_request_duration_seconds",
      help: "Time from the arrival of a request to the last byte of its response.",
      labelNames: ["http_request_method", "http_route", "http_response_status_code"],
      buckets: durationBuckets,
      budget,
      overflow,
    });
  }

  /** Whether traces are kept; those that were are forgotten where they are not. */
  keepExemplars(keeps: boolean): void {
    this.#keepsExemplars = keeps;
    if (!keeps) this.durations.forgetExemplars();
  }

  /** Counts one request; looks up what is bound and writes two numbers. */
  record(exchange: Exchange, { status, durationMs }: Outcome): void {
    const bound = this.#boundOf(exchange.route);
    const { method } = exchange.request;
    const series = method === bound.method ? bound.series : this.#seriesOf(bound, method);
    let number = series.get(status);
    if (number === undefined) number = this.#bind(bound, method, status);
    const bucket = this.durations.observe(number, durationMs / 1000);
    if (this.#keepsExemplars) this.#keep(exchange, { number, bucket, durationMs });
  }

  #seriesOf(bound: BoundRoute, method: string): StatusMap {
    const known = methodLabel(method);
    let series = bound.others.get(known);
    if (series === undefined) {
      series = new Map();
      bound.others.set(known, series);
    }
    return series;
  }

  #bind(bound: BoundRoute, method: string, status: number): number {
    const number = this.durations.bind({
      http_request_method: methodLabel(method),
      http_route: bound.pattern,
      http_response_status_code: String(status),
    });
    const series = method === bound.method ? bound.series : this.#seriesOf(bound, method);
    series.set(status, number);
    return number;
  }

  #keep(
    exchange: Exchange,
    { number, bucket, durationMs }: { number: number; bucket: number; durationMs: number },
  ): void {
    // Only a caller has a trace recorded; the time of day, which is slow to ask for, is for such requests (bench: monitoring).
    if (exchange.request.headers["traceparent"] === undefined) return;
    const at = exchange.startedAt + durationMs;
    if (at - (this.#exemplarAt[number] ?? 0) < exemplarEveryMs) return;
    this.#exemplarAt[number] = at;
    const { traceId, spanId, sampled } = exchange.trace;
    if (sampled) this.durations.setExemplar(number, bucket, { traceId, spanId, value: durationMs / 1000, at });
  }
}

/** Requests that nothing matched have no pattern. */
function bindRoute(route: RouteInfo | undefined): BoundRoute {
  const { method, pattern } = route ?? { method: "GET", pattern: "" };
  return { pattern, method, series: new Map(), others: new Map() };
}

/** What rates of errors are made of stays right: the class of the status is kept. */
function overflow({ http_response_status_code: status = "" }: Labels): Labels {
  return {
    http_request_method: otherLabel,
    http_route: otherLabel,
    http_response_status_code: `${status.charAt(0)}xx`,
  };
}
