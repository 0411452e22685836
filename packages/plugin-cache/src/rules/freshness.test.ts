import { describe, expect, it } from "@jest/globals";
import { HeaderList } from "@backworks/core";
import { controlOf, explicitLifetimeMs, heuristicLifetimeMs, initialAgeMs } from "./freshness.ts";
import { parseHttpDate } from "./http-date.ts";

const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0);
const date = "Thu, 01 Jan 2026 12:00:00 GMT";

const targeted = ["backworks-cache-control", "cdn-cache-control"];

type Fields = Record<string, string | string[]>;

function lifetime(fields: Fields): number | undefined {
  const headers = HeaderList.from(fields);
  return explicitLifetimeMs(headers, controlOf(headers, targeted), nowMs);
}

describe("how long an answer is fresh (RFC 9111, 4.2.1)", () => {
  it.each<[Fields, number | undefined]>([
    [{}, undefined],
    [{ "cache-control": "public" }, undefined],
    [{ "cache-control": "max-age=60" }, 60_000],
    [{ "cache-control": "MAX-AGE=60" }, 60_000],
    [{ "cache-control": 'max-age="60"' }, 60_000],
    [{ "cache-control": 'a="x, max-age=5", max-age=60' }, 60_000],
    [{ "cache-control": "max-age=60, s-maxage=10" }, 10_000],
    [{ "cache-control": ["max-age=60", "max-age=10"] }, 60_000],
    [{ "cache-control": "max-age=no" }, 0],
    [{ "cache-control": "max-age=-1" }, 0],
    [{ "cache-control": "max-age=1.5" }, 0],
    [{ "cache-control": "max-age =60" }, 0],
    [{ "cache-control": "max-age" }, 0],
    [{ "cache-control": "max-age=99999999999999999999" }, 2 ** 31 * 1000],
    [{ expires: "Thu, 01 Jan 2026 12:01:00 GMT" }, 60_000],
    [{ expires: "Thu, 01 Jan 2026 12:01:00 GMT", date: "Thu, 01 Jan 2026 12:00:30 GMT" }, 30_000],
    [{ expires: "Thu, 01 Jan 2026 11:00:00 GMT" }, 0],
    [{ expires: "0" }, 0],
    [{ expires: "Thu, 01 Jan 2027 12:01:00 GMT", "cache-control": "max-age=1" }, 1000],
  ])("by %j is %p ms", (fields, expected) => {
    expect(lifetime(fields)).toBe(expected);
  });
});

describe("targeted fields (RFC 9213)", () => {
  it.each<[string, Fields, number | undefined]>([
    ["win over Cache-Control", { "cdn-cache-control": "max-age=5", "cache-control": "max-age=60" }, 5000],
    [
      "win by being more particular",
      { "backworks-cache-control": "max-age=7", "cdn-cache-control": "max-age=5" },
      7000,
    ],
    ["leave no say to Expires", { "cdn-cache-control": "public", expires: "Thu, 01 Jan 2026 12:01:00 GMT" }, undefined],
    ["do not count when empty", { "cdn-cache-control": "", "cache-control": "max-age=60" }, 60_000],
    [
      "do not count when they are no dictionary",
      { "cdn-cache-control": "max-age=5 x", "cache-control": "max-age=60" },
      60_000,
    ],
    ["do not count in upper case", { "cdn-cache-control": "Max-Age=5", "cache-control": "max-age=60" }, 60_000],
    ["may have parameters", { "cdn-cache-control": "max-age=5;a=1", "cache-control": "max-age=60" }, 5000],
  ])("%s", (_what, fields, expected) => {
    expect(lifetime(fields)).toBe(expected);
  });
});

describe("the age of an answer that comes (RFC 9111, 4.2.3)", () => {
  const trip = { requestMs: nowMs - 2000, responseMs: nowMs };

  it.each<[Fields, number]>([
    [{}, 0],
    [{ date }, 0],
    [{ date: "Thu, 01 Jan 2026 11:59:50 GMT" }, 10_000],
    [{ date: "Thu, 01 Jan 2026 12:00:50 GMT" }, 0],
    [{ age: "0" }, 0],
    [{ age: "30" }, 32_000],
    [{ age: "5", date: "Thu, 01 Jan 2026 11:59:50 GMT" }, 10_000],
  ])("with %j is %d ms", (fields, expected) => {
    expect(initialAgeMs(HeaderList.from(fields), trip)).toBe(expected);
  });

  it.each(["abc", "-1", "1.5", "0, 0", "7;a=1"])("is beyond every time when Age is %p", (age) => {
    expect(initialAgeMs(HeaderList.from({ age }), trip)).toBeGreaterThanOrEqual(2 ** 31 * 1000);
  });
});

describe("a guess (RFC 9111, 4.2.2)", () => {
  it.each<[Fields, number]>([
    [{}, 0],
    [{ "last-modified": "Thu, 01 Jan 2026 11:00:00 GMT" }, 360_000],
    [{ "last-modified": "Thu, 01 Jan 2015 11:00:00 GMT" }, 86_400_000],
    [{ "last-modified": "Thu, 01 Jan 2027 11:00:00 GMT" }, 0],
  ])("by %j is %d ms", (fields, expected) => {
    expect(heuristicLifetimeMs(HeaderList.from(fields), nowMs)).toBe(expected);
  });
});

describe("a date (RFC 9110, 5.6.7)", () => {
  it.each<[string, number | undefined]>([
    ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["sun, 06 nov 1994 08:49:37 gmt", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun, 06 Nov 1994 08:49:37 UTC", undefined],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 25:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["", undefined],
  ])("%p", (text, expected) => {
    expect(parseHttpDate(text)).toBe(expected);
  });
});
