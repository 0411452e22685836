import { describe, expect, it } from "@jest/globals";
import { defineState } from "@backworks/core";
import type { Exchange } from "@backworks/core";
import { Asking } from "./asking.ts";

/** As much of an exchange as is taken from it. */
function exchangeOf(parts: object = {}): Exchange {
  const request = {
    method: "GET",
    path: "/a",
    search: "a=1&b=2",
    query: { a: "1", b: "2" },
    cookies: { sid: "1" },
    params: {},
    headers: {},
  };
  // The rest nobody asks for here.
  return { request, ...parts } as unknown as Exchange;
}

const parts = {
  method: "GET",
  path: "/a",
  search: "a=1",
  rawHeaders: ["host", "x", "x-plan", "1", "x-plan", "2"],
} as const;

describe("a request that is asked for many", () => {
  it("has the fields it was given, and nothing of the client's", () => {
    const { request } = new Asking(exchangeOf(), parts);

    expect({ ...request.headers }).toEqual({ host: "x", "x-plan": "1, 2" });
    expect({ ...request.query }).toEqual({ a: "1" });
    expect({ ...request.cookies }).toEqual({});
    expect([request.method, request.url, request.stream()]).toEqual(["GET", "/a?a=1", undefined]);
  });

  it("has slots of its own, so that nobody's state becomes part of an answer for all", () => {
    const user = defineState<{ name: string }>("user", () => ({ name: "nobody" }));
    const asking = new Asking(exchangeOf({ state: () => ({ name: "ann" }) }), parts);

    expect(asking.state(user)).toEqual({ name: "nobody" });
    expect(asking.state(user)).toBe(asking.state(user));
  });

  it("ends by its own word only, and tells who listens then, once", () => {
    const told: string[] = [];
    const asking = new Asking(exchangeOf(), parts);
    asking.onLeave(() => told.push("first"));

    asking.abort();
    asking.abort();
    asking.onLeave(() => told.push("late"));

    expect(asking.signal.aborted).toBe(true);
    expect(told).toEqual(["first", "late"]);
  });
});
