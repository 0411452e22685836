import { describe, expect, it } from "@jest/globals";
import { HeaderList } from "@backworks/core";
import type { StoredAnswer } from "../stored.ts";
import { repeats } from "./repeats.ts";
import { createPlaces } from "../request/fields.ts";
import { parseByteRange } from "./byte-range.ts";
import { cacheStatus } from "./cache-status.ts";
import { isNotModified, rangeHolds } from "./conditions.ts";
import { normalField } from "./normal-field.ts";
import { normalQuery, normalText } from "./normal-url.ts";
import { storedFields, updatedFields } from "./stored-fields.ts";
import { useOf } from "./use.ts";
import { wishesOf } from "./wishes.ts";

describe("a URL in one spelling (RFC 3986, 6.2.2)", () => {
  it.each([
    ["/a/%7eb", "/a/~b"],
    ["/%41", "/A"],
    ["/a%2fb", "/a%2Fb"],
    ["/a/%2e%2E/b", "/a/%2E%2E/b"],
    ["/%", "/%"],
    ["/%zz", "/%zz"],
  ])("%s is %s", (text, expected) => {
    expect(normalText(text)).toBe(expected);
    expect(normalText(normalText(text))).toBe(expected);
  });

  it.each([
    ["b=2&a=1", {}, "b=2&a=1"],
    ["b=2&a=1&b=1", { sort: true }, "a=1&b=2&b=1"],
    ["utm_source=x&a=1&utm_b", { ignore: ["utm_*"] }, "a=1"],
    ["%75tm_source=x&a=1", { ignore: ["utm_*"] }, "a=1"],
    ["a=1&a2=2", { ignore: ["a"] }, "a2=2"],
  ])("the query %s with %j is %s", (search, rules, expected) => {
    expect(normalQuery(search, { ignore: [], sort: false, ...rules })).toBe(expected);
  });
});

describe("a field in one spelling", () => {
  it.each<[string, string | string[] | undefined, string | undefined]>([
    ["accept-encoding", "gzip, deflate, br", "br, deflate, gzip"],
    ["accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1", "br, gzip"],
    ["accept-encoding", "gzip;q=0, br;q=0.000", undefined],
    ["accept-encoding", "x-gzip", "gzip"],
    ["accept-language", "en-GB,  en;q=0.8", "en-gb,en;q=0.8"],
    ["accept-language", "de;q=0.5, fr;q=x, EN, da", "da,en,fr;q=x,de;q=0.5"],
    ["accept", "text/html, application/json", "text/html,application/json"],
    ["x-plan", " a ,b", "a, b"],
    ["x-plan", ["a", "b"], "a, b"],
    ["x-plan", '"a ,b"', '"a ,b"'],
    ["authorization", "Key a ,b", "Key a ,b"],
    ["x-plan", "", ""],
    ["x-plan", undefined, undefined],
  ])("%s: %p is %p", (name, value, expected) => {
    expect(normalField(name, value)).toBe(expected);
  });
});

describe("conditions (RFC 9110, 13)", () => {
  const validators = { etag: 'W/"a"', lastModified: "Thu, 01 Jan 2026 12:00:00 GMT", madeMs: 0 };

  it.each<[Record<string, string>, boolean]>([
    [{ "if-none-match": '"a"' }, true],
    [{ "if-none-match": '"b", W/"a"' }, true],
    [{ "if-none-match": '"b"' }, false],
    [{ "if-none-match": "*" }, true],
    [{ "if-none-match": '"b"', "if-modified-since": "Thu, 01 Jan 2026 12:00:00 GMT" }, false],
    [{ "if-modified-since": "Thu, 01 Jan 2026 12:00:00 GMT" }, true],
    [{ "if-modified-since": "Thu, 01 Jan 2026 11:59:59 GMT" }, false],
    [{ "if-modified-since": "nonsense" }, false],
  ])("%j means not modified: %p", (headers, expected) => {
    expect(isNotModified(headers, validators)).toBe(expected);
  });

  it("goes by when an answer was made where it does not say when it was modified (RFC 9111, 4.3.2)", () => {
    const made = { etag: undefined, lastModified: undefined, madeMs: Date.UTC(2026, 0, 1, 12) };

    expect(isNotModified({ "if-modified-since": "Thu, 01 Jan 2026 12:00:00 GMT" }, made)).toBe(true);
    expect(isNotModified({ "if-modified-since": "Thu, 01 Jan 2026 11:59:59 GMT" }, made)).toBe(false);
  });

  it("takes a strong tag or an exact date only for a range", () => {
    expect(rangeHolds({ "if-range": 'W/"a"' }, validators)).toBe(false);
    expect(rangeHolds({ "if-range": '"a"' }, { ...validators, etag: '"a"' })).toBe(true);
    expect(rangeHolds({ "if-range": "Thu, 01 Jan 2026 12:00:00 GMT" }, validators)).toBe(true);
    expect(rangeHolds({ "if-range": "Thu, 01 Jan 2026 12:00:01 GMT" }, validators)).toBe(false);
  });
});

describe("a range (RFC 9110, 14.1.2)", () => {
  it.each([
    ["bytes=0-3", { first: 0, last: 3 }],
    ["bytes=5-", { first: 5, last: 9 }],
    ["bytes=-3", { first: 7, last: 9 }],
    ["bytes=-30", { first: 0, last: 9 }],
    ["bytes=5-300", { first: 5, last: 9 }],
    ["bytes=10-", "none"],
    ["bytes=-0", "none"],
    ["bytes=4-3", undefined],
    ["bytes=0-1,3-4", undefined],
    ["lines=0-1", undefined],
    ["bytes=-", undefined],
  ])("%s of ten bytes", (field, expected) => {
    expect(parseByteRange(field, 10)).toEqual(expected);
  });
});

describe("what a request wants (RFC 9111, 5.2.1)", () => {
  const answer: StoredAnswer = {
    kind: "answer",
    status: 200,
    headers: [],
    body: new Uint8Array(0),
    storedMs: 0,
    ageMs: 0,
    lifetimeMs: 10_000,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    validatesAlways: false,
    strict: false,
    immutable: false,
    etag: undefined,
    lastModified: undefined,
    tags: [],
    asOf: 0,
    untilMs: 1e9,
  };

  it.each<[string, number, Partial<StoredAnswer>, string]>([
    ["", 5000, {}, "fresh"],
    ["", 10_000, {}, "validate"],
    ["no-cache", 5000, {}, "validate"],
    ["max-age=4", 5000, {}, "validate"],
    ["max-age=5", 5000, {}, "fresh"],
    ["max-age=0", 1, {}, "validate"],
    ["min-fresh=5", 5000, {}, "fresh"],
    ["min-fresh=6", 5000, {}, "validate"],
    ["max-stale", 99_000, {}, "stale"],
    ["max-stale=5", 15_000, {}, "stale"],
    ["max-stale=5", 15_001, {}, "validate"],
    ["max-stale", 15_000, { strict: true }, "validate"],
    ["", 12_000, { staleWhileRevalidateMs: 5000 }, "while-revalidating"],
    ["", 15_000, { staleWhileRevalidateMs: 5000 }, "validate"],
    ["", 0, { validatesAlways: true }, "validate"],
  ])("%p of one that is %d ms old, %j: %s", (...[field, nowMs, more, expected]) => {
    expect(useOf({ ...answer, ...more }, wishesOf({ "cache-control": field }), nowMs)).toBe(expected);
  });

  it("is validation by Pragma only without Cache-Control (RFC 9111, 5.4)", () => {
    expect(wishesOf({ pragma: "no-cache" }).validate).toBe(true);
    expect(wishesOf({ pragma: "no-cache", "cache-control": "max-age=1" }).validate).toBe(false);
  });
});

describe("Cache-Status (RFC 9211)", () => {
  it.each([
    [{ kind: "hit", ttlSeconds: 5 }, "C; hit; ttl=5"],
    [{ kind: "hit", ttlSeconds: -5, detail: "stale-if-error" }, "C; hit; ttl=-5; detail=stale-if-error"],
    [{ kind: "forwarded", reason: "uri-miss", status: 200, stored: true }, "C; fwd=uri-miss; fwd-status=200; stored"],
    [{ kind: "forwarded", reason: "stale", collapsed: true }, "C; fwd=stale; collapsed"],
  ] as const)("%j", (status, expected) => {
    expect(cacheStatus("C", status)).toBe(expected);
  });
});

describe("fields of an answer", () => {
  it("are stored without those of the connection and those that must not be", () => {
    const headers = HeaderList.from({
      connection: "x-hop",
      "x-hop": "1",
      a: ["1", "2"],
      age: "5",
      secret: "s",
      "keep-alive": "1",
    });

    expect(storedFields(headers, ["secret"])).toEqual(["a", "1", "a", "2"]);
  });

  it("are renewed by a 304, those of the body excepted (RFC 9111, 3.2)", () => {
    const renewed = updatedFields(
      ["a", "1", "b", "2", "content-encoding", "gzip"],
      HeaderList.from({ a: ["x", "y"], "content-encoding": "br", age: "3" }),
    );

    expect([...renewed]).toEqual([
      ["b", "2"],
      ["content-encoding", "gzip"],
      ["a", "x"],
      ["a", "y"],
      ["age", "3"],
    ]);
  });
});

describe("fields of a request", () => {
  const place = createPlaces({
    vary: new Set(["x-plan", "authorization"]),
    forward: new Set(["traceparent"]),
    ignore: new Set(["cookie"]),
    trust: "key",
  });

  it.each([
    ["x-plan", "key"],
    ["authorization", "key"],
    ["host", "send"],
    ["traceparent", "send"],
    ["cookie", "withhold"],
    ["x-forwarded-host", "withhold"],
    ["user-agent", "withhold"],
    ["range", "ours"],
    ["proxy-authorization", "credential"],
    ["x-api-key", "credential"],
    ["apikey", "credential"],
    ["x-auth-token", "credential"],
    ["x-amz-security-token", "credential"],
    ["x-session", "credential"],
    ["x_api_key", "credential"],
    ["authority", "withhold"],
    ["keystone", "withhold"],
  ])("%s: %s", (name, expected) => {
    expect(place(name)).toBe(expected);
  });

  const ofSource = createPlaces({ vary: new Set(), forward: new Set(), ignore: new Set(), trust: "source" });

  it.each([
    ["user-agent", "send"],
    ["own-field", "send"],
    ["x-own-field", "withhold"],
    ["x_forwarded_host", "withhold"],
    ["forwarded", "withhold"],
    ["authorization", "credential"],
  ])("of a source that says how long its answers hold, %s: %s", (name, expected) => {
    expect(ofSource(name)).toBe(expected);
  });

  const trusting = createPlaces({ vary: new Set(), forward: new Set(), ignore: new Set(), trust: "all" });

  it.each([
    ["user-agent", "send"],
    ["x-forwarded-for", "send"],
    ["cookie", "credential"],
    ["forwarded", "withhold"],
    ["x-forwarded-host", "withhold"],
    ["x-forwarded-proto", "withhold"],
    ["x-original-url", "withhold"],
    ["x-rewrite-url", "withhold"],
    ["x-host", "withhold"],
    ["x-method-override", "withhold"],
    ["x-http-method", "withhold"],
    ["x-http-method-override", "withhold"],
    ["x_forwarded_host", "withhold"],
    ["x-hostname", "send"],
  ])("%s, where the answers name what they depend on: %s", (name, expected) => {
    expect(trusting(name)).toBe(expected);
  });
});

interface Case {
  readonly where: string;
  readonly said: Readonly<Record<string, string>>;
  readonly vary: readonly string[];
  readonly expected: boolean;
}

describe("an answer that repeats its request", () => {
  it.each<Case>([
    { where: "in its body", said: { "user-agent": "evil.example" }, vary: [], expected: true },
    { where: "in a field", said: { origin: "https://evil.test" }, vary: [], expected: true },
    { where: "in what it names", said: { "user-agent": "evil.example" }, vary: ["user-agent"], expected: false },
    { where: "in a word that is short", said: { "user-agent": "evil" }, vary: [], expected: false },
    { where: "in nothing", said: { referer: "https://other.test" }, vary: [], expected: false },
    {
      where: "in a field that the application has of its own",
      said: { "own-field": "evil.example" },
      vary: [],
      expected: false,
    },
  ])("$where: $said beside $vary is $expected", ({ said, vary, expected }) => {
    const headers = HeaderList.from({ "access-control-allow-origin": "https://evil.test" });

    expect(repeats(said, { headers, bytes: Buffer.from("from evil.example with"), vary })).toBe(expected);
  });
});
