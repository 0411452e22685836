import type { TraceContext } from "../exchange.ts";
import { createRequestId, createSpanId } from "./request-id.ts";

const shape =
  /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;
const zeros = /^0+$/;

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

function readParent(value: string | string[] | undefined): { traceId: string; sampled: boolean } | undefined {
  const groups = typeof value === "string" ? shape.exec(value.trim())?.groups : undefined;
  return groups === undefined || !isValid(groups)
    ? undefined
    : { traceId: groups["trace"] ?? "", sampled: (Number.parseInt(groups["flags"] ?? "", 16) & 1) === 1 };
}

function isValid({ version, trace = "", span = "", rest }: Readonly<Record<string, string | undefined>>): boolean {
  if (version === "ff" || (version === "00" && rest !== undefined)) return false;
  return !zeros.test(trace) && !zeros.test(span);
}
