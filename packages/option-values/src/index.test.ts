import { describe, expect, it } from "@jest/globals";
import type { ZodMiniType } from "zod/mini";
import { count, duration, percent, size, timeLimit, toBytes, toLimitMs, toMs, toRatio } from "./index.ts";

function problemOf(schema: ZodMiniType, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message;
}

interface Refusal {
  readonly what: string;
  readonly schema: ZodMiniType;
  readonly value: unknown;
  readonly problem: RegExp;
}

describe("schemas of amounts", () => {
  it.each<[string, ZodMiniType, unknown]>([
    ["a duration in seconds", duration(), 1],
    ["a duration with its unit", duration(), "5m"],
    ["the longest that a timer holds", duration(), "2147483647ms"],
    ["a year where it may be that long", duration(0, 365 * 86_400_000), "365d"],
    ["a limit", timeLimit(), "2s"],
    ["no limit", timeLimit(), false],
    ["a size in bytes", size(), 0],
    ["a size with its unit", size(1024), "1KB"],
    ["the least and the most of a count", count(3, 3), 3],
    ["a percentage", percent(), 0],
    ["a percentage with its sign", percent(), "99.5 %"],
  ])("take %s", (_name, schema, value) => {
    expect(problemOf(schema, value)).toBeUndefined();
  });

  it.each<Refusal>([
    { what: "what is no duration", schema: duration(), value: "soon", problem: /^must be .*at least 1ms$/ },
    { what: "nothing where time has to pass", schema: duration(), value: 0, problem: /at least 1ms$/ },
    { what: "less than the least", schema: duration(100), value: "99ms", problem: /at least 100ms$/ },
    { what: "more than a timer holds", schema: duration(), value: "25d", problem: /^must be 24 days at most$/ },
    {
      what: "more than the most",
      schema: duration(1, 2 * 86_400_000),
      value: "3d",
      problem: /^must be 2 days at most$/,
    },
    { what: "true for a limit", schema: timeLimit(), value: true, problem: /or false for no limit$/ },
    { what: "what is no size", schema: size(), value: "big", problem: /^must be / },
    { what: "less than the least size", schema: size(1024), value: 1023, problem: /at least 1024B$/ },
    {
      what: "a broken number of things",
      schema: count(1, 9),
      value: 1.5,
      problem: /^must be a whole number from 1 to 9$/,
    },
    { what: "too many things", schema: count(1, 9), value: 10, problem: /^must be a whole number from 1 to 9$/ },
    { what: "more than all", schema: percent(), value: "101%", problem: /^must be a percentage from 0 to 100/ },
    { what: "less than nothing", schema: percent(), value: -1, problem: /^must be a percentage from 0 to 100/ },
  ])("refuse $what", ({ schema, value, problem }) => {
    expect(problemOf(schema, value)).toMatch(problem);
  });
});

describe("readers of amounts", () => {
  it("give one unit each", () => {
    expect([toMs("2s"), toMs(0.02), toLimitMs("1m"), toLimitMs(false)]).toEqual([2000, 20, 60_000, Infinity]);
    expect([toBytes("2KB"), toBytes(7), toRatio("12.5%"), toRatio(100)]).toEqual([2048, 7, 0.125, 1]);
  });
});
