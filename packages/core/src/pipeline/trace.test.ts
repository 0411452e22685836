import { describe, expect, it } from "@jest/globals";
import { acceptRequestId, createRequestId } from "./request-id.ts";
import { continueTrace, toTraceparent } from "./trace.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

describe("continueTrace", () => {
  it.each([
    ["sampled", `00-${traceId}-${spanId}-01`, true],
    ["not sampled", `00-${traceId}-${spanId}-00`, false],
    ["of a later version with more fields", `cc-${traceId}-${spanId}-01-what`, true],
  ])("keeps the trace of a caller: %s", (_name, header, sampled) => {
    const trace = continueTrace(header, "a=1");

    expect(trace).toMatchObject({ traceId, sampled, state: "a=1" });
    expect(trace.spanId).not.toBe(spanId);
  });

  it.each([
    undefined,
    "",
    "garbage",
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
  ])("begins a trace for %j and drops the state", (header) => {
    const trace = continueTrace(header, "a=1");

    expect(trace.traceId).not.toBe(traceId);
    expect(trace.state).toBeUndefined();
    expect(toTraceparent(trace)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});

describe("request ids", () => {
  it("are different and fit for a trace", () => {
    const ids = Array.from({ length: 2000 }, createRequestId);

    expect(new Set(ids).size).toBe(2000);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });

  it.each([
    ["abc-1.2:3/4", true],
    ["", false],
    ["a b", false],
    ['a"b', false],
    ["x".repeat(129), false],
    [["a", "b"], false],
  ])("of clients: %j is accepted: %s", (value, accepted) => {
    expect(acceptRequestId(value) !== undefined).toBe(accepted);
  });
});
