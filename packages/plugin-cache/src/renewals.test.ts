import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startStage } from "../test/play.ts";
import type { Said, Stage, Step } from "../test/play.ts";

let stage: Stage;
beforeAll(async () => (stage = await startStage()));
afterAll(async () => stage[Symbol.asyncDispose]());

/** A case: what it shows, and how it goes. */
type Case = readonly [string, (date: Stage["date"]) => readonly Step[]];

const saying = (control: string | undefined, more: Said["headers"] = {}, body?: string): Said => ({
  headers: { ...(control === undefined ? {} : { "cache-control": control }), ...more },
  ...(body === undefined ? {} : { body }),
});
const holds = (control: string | undefined, more: Said["headers"] = {}): Said => ({
  ...saying(control, more),
  status: 304,
});

/** What came of the steps, and what was to come. */
const plays = async (steps: (date: Stage["date"]) => readonly Step[]): ReturnType<Stage["play"]> =>
  stage.play(steps(stage.date));

const tagged = { etag: '"a"' };

describe("a 304", () => {
  it.each<Case>([
    [
      "renews the time and the fields, and not what tells of the body",
      () => [
        { source: saying("max-age=1", { ...tagged, "x-a": "1", "content-type": "text/x" }, "body") },
        {
          after: 2,
          source: holds("max-age=60", { ...tagged, "x-a": "2", "x-b": "3", "content-length": "99" }),
          body: "body",
          fields: { "x-a": "2", "x-b": "3", "content-type": "text/x", "content-length": "4" },
          sent: { "if-none-match": '"a"' },
        },
        { after: 30, asked: 0, body: "body", fields: { "x-a": "2" } },
      ],
    ],
    [
      "without fields has the stored ones hold from then on",
      () => [
        { source: saying("max-age=10", tagged) },
        { after: 11, source: holds(undefined, tagged) },
        { after: 9, asked: 0 },
        { after: 2 },
      ],
    ],
    [
      "without a Date is of the time it came",
      (date) => [
        { source: saying("max-age=10", { ...tagged, date: date(0) }) },
        { after: 100, source: holds("max-age=10", tagged) },
        { after: 5, asked: 0 },
      ],
    ],
    [
      "with an Age is as old as that says",
      () => [
        { source: saying("max-age=10", tagged) },
        { after: 11, source: holds("max-age=10", { ...tagged, age: "8" }) },
        { after: 1, asked: 0, fields: { age: "9" } },
        { after: 2 },
      ],
    ],
    [
      "about another version has the source asked for all",
      () => [
        { source: saying("max-age=1", tagged, "one") },
        { after: 2, source: holds("max-age=60", { etag: '"b"' }), asked: 2, status: 304 },
      ],
    ],
    [
      "with the tag made weak is about the same version",
      () => [
        { source: saying("max-age=1", tagged, "one") },
        { after: 2, source: holds("max-age=60", { etag: 'W/"a"' }), body: "one" },
        { after: 2, asked: 0, body: "one" },
      ],
    ],
    [
      "that says no-store ends it, but for who asked",
      () => [
        { source: saying("max-age=1", tagged, "one") },
        { after: 2, source: holds("no-store", tagged), body: "one" },
        { source: saying("max-age=60", {}, "two"), body: "two", sent: { "if-none-match": undefined } },
      ],
    ],
    [
      "that makes it depend on more has the source asked for all",
      () => [
        { headers: { "accept-language": "de-DE" }, source: saying("max-age=1", tagged, "one") },
        {
          after: 2,
          headers: { "accept-language": "fr-FR" },
          source: holds("max-age=60", { ...tagged, vary: "Accept-Language" }),
          asked: 2,
          status: 304,
        },
        { headers: { "accept-language": "de-DE" }, source: saying("max-age=60", {}, "two"), body: "two" },
      ],
    ],
    [
      "is asked for by time where there is no tag",
      (date) => {
        const modified = date(-60);
        return [
          { source: saying("max-age=1", { "last-modified": modified }, "one") },
          { after: 2, source: holds("max-age=60"), body: "one", sent: { "if-modified-since": modified } },
          { after: 30, asked: 0 },
        ];
      },
    ],
    [
      "that nobody asked for is handed on",
      () => [
        { source: saying("max-age=1, stale-if-error=9", {}, "one") },
        { after: 2, source: holds("max-age=60"), status: 304 },
      ],
    ],
    [
      "is given to who has the version already",
      () => [
        { source: saying("max-age=1", tagged, "one") },
        { after: 2, headers: { "if-none-match": '"a"' }, source: holds("max-age=60", tagged), status: 304 },
        { headers: { "if-none-match": '"b"' }, asked: 0, body: "one" },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });
});

describe("an answer past its time", () => {
  it.each<Case>([
    [
      "must be asked for each time with no-cache, and is not sent twice",
      () => [
        { source: saying("no-cache", tagged, "one") },
        { source: holds("no-cache", tagged), body: "one" },
        { source: holds("no-cache", tagged), body: "one" },
      ],
    ],
    [
      "is the newer one's place",
      () => [
        { source: saying("max-age=1", tagged, "one") },
        { after: 2, source: saying("max-age=60", { etag: '"b"' }, "two"), body: "two" },
        { asked: 0, body: "two", fields: { etag: '"b"' } },
      ],
    ],
    [
      "stands in for failures as long as it may",
      () => [
        { source: saying("max-age=1, stale-if-error=10", {}, "one") },
        { after: 5, source: { status: 502 }, body: "one" },
        { after: 5, source: { status: 500 }, body: "one" },
        { after: 1, status: 500 },
      ],
    ],
    [
      "is kept for failures also where it never holds",
      () => [
        { source: saying("max-age=0, stale-if-error=60", {}, "one") },
        { after: 1, source: saying("max-age=0, stale-if-error=60", {}, "two"), body: "two" },
        { after: 1, source: { status: 503 }, body: "two", cache: "stale-if-error" },
      ],
    ],
    [
      "stands in for no refusal",
      () => [
        { source: saying("max-age=1, stale-if-error=60", {}, "one") },
        { after: 5, source: { status: 403 }, status: 403 },
        { source: { status: 500 }, body: "one" },
      ],
    ],
    [
      "does not come back when its source says that it is gone",
      () => [
        { source: saying("max-age=1, stale-if-error=600", tagged, "one") },
        { after: 5, source: { status: 410 }, status: 410 },
        { source: { status: 503 }, status: 503 },
      ],
    ],
    [
      "does not come back when its source says that it is for one",
      () => [
        { source: saying("max-age=1, stale-if-error=600", tagged, "one") },
        { after: 5, source: saying("private", {}, "own"), body: "own" },
        { source: { status: 503 }, status: 503 },
      ],
    ],
    [
      "is used while it is asked for, and no longer",
      () => [
        { source: saying("max-age=1, stale-while-revalidate=10", {}, "one") },
        { after: 12, source: saying("max-age=1", {}, "two"), body: "two", cache: "fwd=stale" },
      ],
    ],
    [
      "is asked for before its use where that must be",
      () => [
        { source: saying("max-age=1, must-revalidate, stale-while-revalidate=60, stale-if-error=60", {}, "one") },
        { after: 2, source: { status: 503 }, status: 503 },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });
});

describe("a request that changes something", () => {
  const get = (body: string): Step => ({ source: saying("max-age=600", {}, body), body });
  const kept = (body: string): Step => ({ asked: 0, body });

  it.each(["PUT", "POST", "DELETE", "PATCH"])("throws away what is stored of its URL: %s", async (method) => {
    const { got, expected } = await plays(() => [
      get("one"),
      { method, source: { status: 204 }, status: 204 },
      get("two"),
    ]);

    expect(got).toEqual(expected);
  });

  it.each<readonly [string, Step]>([
    ["changes nothing", { method: "OPTIONS", source: { status: 204 } }],
    ["is refused", { method: "PUT", source: { status: 409 } }],
    ["fails", { method: "DELETE", source: { status: 500 } }],
    ["is of another URL", { method: "PUT", at: "/", source: { status: 204 } }],
    ["is of another query", { method: "PUT", at: "?a", source: { status: 204 } }],
    [
      "names it on another host",
      { method: "POST", at: "/x", source: { status: 201, headers: { location: "http://elsewhere/case" } } },
    ],
  ])("throws nothing away when it %s", async (_what, step) => {
    const { got, expected } = await plays(() => [
      get("one"),
      { ...step, status: step.source?.status ?? 200 },
      kept("one"),
    ]);

    expect(got).toEqual(expected);
  });

  it.each(["location", "content-location"])("throws away what it names: %s", async (name) => {
    const { got, expected } = await plays(() => [
      { ...get("one"), at: "/b" },
      { method: "POST", at: "/a", source: { status: 201, headers: { [name]: "b" } }, status: 201 },
      { ...get("two"), at: "/b" },
    ]);

    expect(got).toEqual(expected);
  });

  it("is answered with a redirection and throws away both", async () => {
    const { got, expected } = await plays(() => [
      get("one"),
      { ...get("other"), at: "?b" },
      { method: "POST", source: { status: 303, headers: { location: "?b" } }, status: 303 },
      get("two"),
      { ...get("another"), at: "?b" },
    ]);

    expect(got).toEqual(expected);
  });
});
