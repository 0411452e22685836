import { describe, expect, it } from "@jest/globals";
import { HeaderList } from "@backworks/core";
import { judgeAnswer } from "./storable.ts";
import type { StorableDefaults, Verdict } from "./storable.ts";

const trip = { requestMs: 1000, responseMs: 1000 };
const defaults: StorableDefaults = {
  ttlMs: 0,
  negativeTtlMs: undefined,
  heuristic: false,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  targeted: [],
};

type Fields = Record<string, string | string[]>;

function judge(fields: Fields, status = 200, more: Partial<StorableDefaults> = {}): Verdict | string {
  return judgeAnswer({ status, headers: HeaderList.from(fields) }, { ...defaults, ...more }, trip);
}

describe("what is not stored (RFC 9111, 3)", () => {
  const fresh = "max-age=60";
  it.each<[string, string, Fields, number]>([
    ["without a time", "freshness", {}, 200],
    ["with a time that is over and no validator", "freshness", { "cache-control": "max-age=0" }, 200],
    ["no-store", "no-store", { "cache-control": `${fresh}, no-store` }, 200],
    ["private", "private", { "cache-control": `${fresh}, private` }, 200],
    ["a cookie", "set-cookie", { "cache-control": fresh, "set-cookie": "a=b" }, 200],
    ["Vary: *", "vary", { "cache-control": fresh, vary: "Accept, *" }, 200],
    ["a part", "partial", { "cache-control": fresh }, 206],
    ["a 304", "partial", { "cache-control": fresh }, 304],
    ["an error", "error", { "cache-control": fresh }, 404],
    ["a failure", "error", { "cache-control": fresh }, 500],
    ["a status that must be understood and is not", "status", { "cache-control": `${fresh}, must-understand` }, 299],
  ])("%s", (...[, refusal, fields, status]) => {
    expect(judge(fields, status)).toBe(refusal);
  });
});

describe("what is stored", () => {
  it.each<[string, Fields, number, Partial<StorableDefaults>, Partial<Verdict>]>([
    ["an answer with a time", { "cache-control": "max-age=60" }, 200, {}, { lifetimeMs: 60_000, strict: false }],
    [
      "one that is to be validated always",
      { "cache-control": "no-cache", etag: '"a"' },
      200,
      {},
      { lifetimeMs: 0, validatesAlways: true, strict: true },
    ],
    ["one with a ttl of the configuration", {}, 200, { ttlMs: 5000 }, { lifetimeMs: 5000 }],
    ["its own time before that", { "cache-control": "max-age=1" }, 200, { ttlMs: 5000 }, { lifetimeMs: 1000 }],
    ["an error where that is asked for", {}, 404, { negativeTtlMs: 3000 }, { lifetimeMs: 3000 }],
    ["an error with its own time", { "cache-control": "max-age=9" }, 503, { negativeTtlMs: 0 }, { lifetimeMs: 9000 }],
    [
      "fields left out",
      { "cache-control": 'max-age=60, no-cache="a", private="B, set-cookie"', "set-cookie": "x=y" },
      200,
      {},
      { without: ["a", "b", "set-cookie"] },
    ],
    [
      "a status that is understood, with no-store",
      { "cache-control": "no-store, must-understand, max-age=1" },
      200,
      {},
      { lifetimeMs: 1000 },
    ],
    [
      "the time past its time",
      { "cache-control": "max-age=1, stale-while-revalidate=5, stale-if-error=9" },
      200,
      {},
      { staleWhileRevalidateMs: 5000, staleIfErrorMs: 9000 },
    ],
    [
      "no such time with must-revalidate",
      { "cache-control": "max-age=1, must-revalidate, stale-if-error=9" },
      200,
      {},
      { staleIfErrorMs: 0, strict: true },
    ],
    [
      "none by the configuration with s-maxage",
      { "cache-control": "s-maxage=1" },
      200,
      { staleIfErrorMs: 9000 },
      { staleIfErrorMs: 0, strict: true },
    ],
    [
      "a guess for a status of its own, where it says that everybody may have it",
      {
        "cache-control": "public",
        "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
        date: "Thu, 01 Jan 1970 00:01:40 GMT",
      },
      299,
      { heuristic: true },
      { lifetimeMs: 10_000, forAll: true },
    ],
    ["one that is for everybody whoever asked", { "cache-control": "s-maxage=1" }, 200, {}, { forAll: true }],
    ["one that does not say so", { "cache-control": "max-age=1" }, 200, {}, { forAll: false }],
    ["what it depends on", { "cache-control": "max-age=1", vary: ["B, a", "A"] }, 200, {}, { vary: ["a", "b"] }],
  ])("%s", (...[, fields, status, more, expected]) => {
    expect(judge(fields, status, more)).toMatchObject(expected);
  });

  it("has no time by the configuration for a failure", () => {
    expect(judge({}, 500, { negativeTtlMs: 3000, ttlMs: 3000 })).toBe("error");
    expect(judge({}, 302, { ttlMs: 3000 })).toBe("freshness");
  });
});
