import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startStage } from "../test/play.ts";
import type { Said, Stage, Step } from "../test/play.ts";

let stage: Stage;
beforeAll(async () => (stage = await startStage()));
afterAll(async () => stage[Symbol.asyncDispose]());

type Fields = Readonly<Record<string, string>>;

/** A case: what it shows, and how it goes. */
type Case = readonly [string, (date: Stage["date"]) => readonly Step[]];

const saying = (control: string, more: Said["headers"] = {}, body?: string): Said => ({
  headers: { "cache-control": control, ...more },
  ...(body === undefined ? {} : { body }),
});
const wishing = (control: string): Fields => ({ "cache-control": control });

/** What came of the steps, and what was to come. */
const plays = async (steps: (date: Stage["date"]) => readonly Step[]): ReturnType<Stage["play"]> =>
  stage.play(steps(stage.date));

describe("a request that wants something of the cache", () => {
  it.each<readonly [string, number, string, boolean]>([
    ["max-age=60", 0, "max-age=0", false],
    ["max-age=60, immutable", 0, "max-age=0", true],
    ["max-age=60, immutable", 5, "max-age=0", true],
    ["max-age=60, immutable", 5, "no-cache", false],
    ["max-age=60, immutable", 5, "max-age=3", false],
    ["max-age=60, immutable", 61, "max-age=0", false],
    ["max-age=60", 5, "MAX-AGE=5", true],
    ["max-age=60", 6, "max-age=5", false],
    ["max-age=60", 5, "max-age=abc", false],
    ["max-age=60", 55, "min-fresh=5", true],
    ["max-age=60", 56, "min-fresh=5", false],
    ["max-age=60", 65, "max-stale", true],
    ["max-age=60", 65, "max-stale=5", true],
    ["max-age=60", 66, "max-stale=5", false],
    ["max-age=60", 65, "max-stale=", false],
    ["max-age=60", 65, "max-stale=x", false],
    ["max-age=60", 65, "max-stale, max-age=10", false],
    ["max-age=60", 65, "max-stale, min-fresh=1", false],
    ["max-age=60, must-revalidate", 65, "max-stale", false],
    ["max-age=60, must-revalidate=0", 65, "max-stale", false],
    ["max-age=60, proxy-revalidate", 65, "max-stale", false],
    ["s-maxage=60", 65, "max-stale", false],
    ["max-age=60", 5, "no-cache", false],
    ["max-age=60", 5, "no-cache=x", false],
    ["max-age=60", 5, "no-store", false],
    ["max-age=60", 5, "x-no-cache", true],
    ["max-age=60", 5, 'ext="no-cache, no-store"', true],
  ])("of an answer with %s that is %d seconds old: %s, gets it: %p", async (...[control, after, wish, isStored]) => {
    const { got, expected } = await plays(() => [
      { source: saying(control) },
      { after, headers: wishing(wish), asked: isStored ? 0 : 1 },
    ]);

    expect(got).toEqual(expected);
  });

  it.each<Case>([
    ["only what is stored, where nothing is", () => [{ headers: wishing("only-if-cached"), asked: 0, status: 504 }]],
    [
      "only what is stored, and says who it is",
      () => [{ headers: { ...wishing("only-if-cached"), cookie: "a=b" }, asked: 0, status: 504 }],
    ],
    [
      "only what is stored, and none of it",
      () => [{ headers: wishing("only-if-cached, no-store"), asked: 0, status: 504 }],
    ],
    [
      "only what is stored, and that is over",
      () => [
        { source: saying("max-age=1", { etag: '"a"' }) },
        { after: 2, headers: wishing("only-if-cached"), asked: 0, status: 504 },
        { headers: wishing("only-if-cached, max-stale"), asked: 0 },
      ],
    ],
    [
      "what is stored in place of a failure",
      () => [
        { source: saying("max-age=1", {}, "a") },
        {
          after: 5,
          source: { status: 503 },
          headers: wishing("stale-if-error=10"),
          body: "a",
          cache: "stale-if-error",
        },
        { after: 5, headers: wishing("stale-if-error=9"), status: 503 },
      ],
    ],
    [
      "what is stored in place of a failure, where that must not be",
      () => [
        { source: saying("max-age=1, must-revalidate") },
        { after: 5, source: { status: 503 }, headers: wishing("stale-if-error=10"), status: 503 },
      ],
    ],
    [
      "another answer by Pragma",
      () => [
        { source: saying("max-age=60") },
        { headers: { pragma: "no-cache" } },
        { headers: { pragma: "no-cache", ...wishing("max-age=60") }, asked: 0 },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });
});

describe("a request on a condition", () => {
  it.each<Case>([
    [
      "that only its server can judge goes there (RFC 9111, 4.3.2)",
      (date) => [
        { source: saying("max-age=60", { etag: '"a"' }) },
        { headers: { "if-match": '"b"' }, source: { status: 412 }, status: 412, sent: { "if-match": '"b"' } },
        { headers: { "if-unmodified-since": date(-9) }, status: 412 },
        { asked: 0 },
      ],
    ],
    [
      "is judged of what is stored",
      () => [
        { source: saying("max-age=60", { etag: 'W/"a"', "content-type": "text/x" }) },
        { headers: { "if-none-match": '"x", "a"' }, asked: 0, status: 304, fields: { "content-type": undefined } },
        { headers: { "if-none-match": "*" }, asked: 0, status: 304, fields: { etag: 'W/"a"' } },
        { headers: { "if-none-match": '"x"' }, asked: 0 },
        { method: "HEAD", headers: { "if-none-match": 'W/"a"' }, asked: 0, status: 304 },
      ],
    ],
    [
      "of a time counts without one of a tag only",
      (date) => [
        { source: saying("max-age=60", { etag: '"a"', "last-modified": date(-60) }) },
        { headers: { "if-modified-since": date(-60) }, asked: 0, status: 304 },
        { headers: { "if-modified-since": date(-61) }, asked: 0 },
        { headers: { "if-modified-since": date(-60), "if-none-match": '"b"' }, asked: 0 },
        { headers: { "if-modified-since": "soon" }, asked: 0 },
      ],
    ],
    [
      "is no part of what is asked for many",
      () => [
        {
          headers: { "if-none-match": '"a"' },
          source: saying("max-age=60", { etag: '"a"' }, "whole"),
          status: 304,
          sent: { "if-none-match": undefined },
        },
        { asked: 0, body: "whole" },
      ],
    ],
    [
      "does not count for a redirection that is stored",
      () => [
        { source: { ...saying("max-age=60", { etag: '"a"' }), status: 301 }, status: 301 },
        { headers: { "if-none-match": '"a"' }, asked: 0, status: 301 },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });
});

describe("a request for a part", () => {
  const whole = saying("max-age=60", { etag: '"a"', "content-type": "text/x" }, "0123456789");
  const range = (field: string, more: Fields = {}): Fields => ({ range: field, ...more });

  it.each<readonly [string, Fields, number, string, string | undefined]>([
    ["bytes=0-0", {}, 206, "0", "bytes 0-0/10"],
    ["bytes=-1", {}, 206, "9", "bytes 9-9/10"],
    ["bytes=-100", {}, 206, "0123456789", "bytes 0-9/10"],
    ["bytes=3-", {}, 206, "3456789", "bytes 3-9/10"],
    ["BYTES=3-4", {}, 206, "34", "bytes 3-4/10"],
    ["bytes=10-", {}, 416, "", "bytes */10"],
    ["bytes=-0", {}, 416, "", "bytes */10"],
    ["bytes=0-1,4-5", {}, 200, "0123456789", undefined],
    ["bytes=a-b", {}, 200, "0123456789", undefined],
    ["items=0-1", {}, 200, "0123456789", undefined],
    ["bytes=0-1", { "if-range": '"a"' }, 206, "01", "bytes 0-1/10"],
    ["bytes=0-1", { "if-range": '"b"' }, 200, "0123456789", undefined],
    ["bytes=0-1", { "if-range": 'W/"a"' }, 200, "0123456789", undefined],
    ["bytes=0-1", { "if-range": "Thu, 01 Jan 2026 00:00:00 GMT" }, 200, "0123456789", undefined],
    ["bytes=0-1", { "if-none-match": '"b"' }, 206, "01", "bytes 0-1/10"],
  ])("%s with %j of a stored whole is %d", async (...[field, more, status, body, contentRange]) => {
    const fields = { "content-range": contentRange };
    const { got, expected } = await plays(() => [
      { source: whole },
      { headers: range(field, more), asked: 0, status, body, fields },
    ]);

    expect(got).toEqual(expected);
  });

  it.each<Case>([
    [
      "that the client has is no part",
      () => [{ source: whole }, { headers: range("bytes=0-1", { "if-none-match": '"a"' }), asked: 0, status: 304 }],
    ],
    [
      "means nothing to HEAD",
      () => [
        { source: whole },
        { method: "HEAD", headers: range("bytes=0-1"), asked: 0, fields: { "content-length": "10" } },
      ],
    ],
    [
      "past its end has no fields of the body",
      () => [
        { source: saying("max-age=60", { "content-encoding": "gzip", "content-type": "text/x" }, "0123456789") },
        {
          headers: range("bytes=10-"),
          asked: 0,
          status: 416,
          fields: { "content-type": undefined, "content-encoding": undefined, "content-range": "bytes */10" },
        },
      ],
    ],
    [
      "gets the answer to the whole where its source gives no parts",
      () => [
        { headers: range("bytes=2-3"), source: whole, status: 206, body: "23", sent: { range: "bytes=2-3" } },
        { asked: 0, body: "0123456789" },
      ],
    ],
    [
      "of a version goes to the source where nothing is stored",
      () => [
        {
          headers: range("bytes=2-3", { "if-range": '"a"' }),
          source: { ...saying("max-age=60", { "content-range": "bytes 2-3/10" }, "23"), status: 206 },
          status: 206,
          sent: { "if-range": '"a"' },
        },
        { source: whole, body: "0123456789" },
      ],
    ],
    [
      "gets no part of several that came in one body",
      () => [
        {
          headers: range("bytes=0-0"),
          source: {
            ...saying("max-age=60", { "content-type": "multipart/byteranges; boundary=x" }, "--x"),
            status: 206,
          },
          status: 206,
        },
        { headers: range("bytes=0-0"), status: 206 },
      ],
    ],
    [
      "that is not there leaves the whole as it is",
      () => [
        { headers: range("bytes=50-"), source: { ...saying("max-age=60"), status: 416 }, status: 416 },
        { source: whole, body: "0123456789" },
        { headers: range("bytes=50-"), asked: 0, status: 416 },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });
});

describe("HEAD", () => {
  it.each<Case>([
    [
      "is answered by what a GET has stored",
      () => [
        { source: saying("max-age=60", { "x-a": "1" }, "12345") },
        { method: "HEAD", asked: 0, body: "", fields: { "content-length": "5", "x-a": "1" } },
      ],
    ],
    [
      "stores nothing",
      () => [
        { method: "HEAD", source: saying("max-age=60") },
        { body: "a", source: saying("max-age=60", {}, "a") },
      ],
    ],
    [
      "throws away what it tells another length of",
      () => [
        { source: saying("max-age=60", {}, "12345") },
        { after: 61, method: "HEAD", source: saying("max-age=60", { "content-length": "7" }) },
        { source: saying("max-age=60", {}, "1234567"), body: "1234567" },
      ],
    ],
    [
      "renews what it tells the same of",
      () => [
        { source: saying("max-age=60", { etag: '"a"', "x-a": "1" }, "12345") },
        { after: 61, method: "HEAD", source: saying("max-age=60", { etag: '"a"', "x-a": "2" }) },
        { asked: 0, body: "12345", fields: { "x-a": "2" } },
      ],
    ],
    [
      "gets what is stored in place of a failure",
      () => [
        { source: saying("max-age=1, stale-if-error=60", {}, "12345") },
        { after: 5, method: "HEAD", source: { status: 500 }, fields: { "content-length": "5" } },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });

  it("past its time has the whole asked for behind its back, and not nothing", async () => {
    const source = saying("max-age=1, stale-while-revalidate=60", {}, "12345");
    const { got, expected } = await plays(() => [{ source }]);

    expect(got).toEqual(expected);
    const path = "/behind";
    await stage.app.fetch(path).then((response) => response.text());
    await stage.app.clock.advance(5000);

    const head = await stage.app.fetch(path, { method: "HEAD" });
    let renewed = await stage.app.fetch(path);
    for (let index = 0; index < 100 && renewed.headers.get("cache-status")?.includes("ttl=-") === true; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      renewed = await stage.app.fetch(path);
    }

    expect(head.headers.get("cache-status")).toContain("hit; ttl=-4");
    expect(renewed.headers.get("cache-status")).toContain("hit; ttl=1");
    expect(await renewed.text()).toBe("12345");
  });
});
