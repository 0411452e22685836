import type { TraceContext } from "../exchange.ts";
import { createRequestId, createSpanId } from "./request-id.ts";

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Continues the caller's trace with a span of ours, or begins a trace.
 *
 * Source: W3C Trace Context (Recommendation, 2021), 3.2 and 4.3: a malformed `traceparent` begins a trace and drops
 * `tracestate`; versions above 00 are read by their first four fields.
 */
export function continueTrace(
  traceparent: string | string[] | undefined,
  tracestate: string | string[] | undefined,
  freshTraceId?: string,
): TraceContext {
  const parent = readParent(traceparent);
  if (parent === undefined) {
    return { traceId: freshTraceId ?? createRequestId(), spanId: createSpanId(), sampled: false, state: undefined };
  }
  const state = Array.isArray(tracestate) ? tracestate.join(",") : tracestate;
  return { ...parent, spanId: createSpanId(), state };
}

/** The value to send on: `00-<trace>-<span>-<flags>`. */
export function toTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? "01" : "00"}`;
}

/** Whether a header value is a trace to be continued. */
export function isTraceparent(value: string | string[] | undefined): boolean {
  return readParent(value) !== undefined;
}

function readParent(value: string | string[] | undefined): { traceId: string; sampled: boolean } | undefined {
  if (typeof value !== "string") return undefined;
  const [, version, traceId, spanId, flags, rest] = shape.exec(value.trim()) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
