import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startStage } from "../test/play.ts";
import type { Said, Stage, Step } from "../test/play.ts";

let stage: Stage;
beforeAll(async () => (stage = await startStage()));
afterAll(async () => stage[Symbol.asyncDispose]());

/** A case: what it shows, and how it goes. */
type Case = readonly [string, readonly Step[]];

const fresh = (body: string, more: Said["headers"] = {}): Said => ({
  headers: { "cache-control": "max-age=60", ...more },
  body,
});

/** What came of the steps, and what was to come. */
const plays = async (steps: readonly Step[]): ReturnType<Stage["play"]> => stage.play(steps);

type Fields = Readonly<Record<string, string>>;

describe("fields that an answer names in Vary", () => {
  it.each<readonly [string, Fields, Fields, boolean]>([
    ["Accept-Encoding", { "accept-encoding": "gzip, br" }, { "accept-encoding": "br,  GZIP" }, true],
    ["accept-encoding", { "accept-encoding": "gzip" }, { "accept-encoding": "gzip;q=0.5" }, true],
    ["Accept-Encoding", { "accept-encoding": "gzip" }, { "accept-encoding": "gzip;q=0" }, false],
    ["Accept-Encoding", { "accept-encoding": "gzip" }, { "accept-encoding": "br" }, false],
    ["Accept-Encoding", { "accept-encoding": "identity" }, {}, true],
    ["Accept-Language", { "accept-language": "de, en;q=0.5" }, { "accept-language": "en;q=0.5,DE" }, true],
    ["Accept-Language", { "accept-language": "de, en" }, { "accept-language": "en, de" }, true],
    ["Accept-Language", { "accept-language": "de" }, { "accept-language": "de-AT" }, false],
    ["Accept", { accept: "text/html, application/json" }, { accept: "TEXT/html,application/json" }, true],
    ["Accept", { accept: "text/html" }, { accept: "application/json" }, false],
    ["X-Plan", { "x-plan": "a,b" }, { "x-plan": " a , b " }, true],
    ["X-Plan", { "x-plan": "a, b" }, { "x-plan": "b, a" }, false],
    ["X-Plan", { "x-plan": "a" }, { "x-plan": "A" }, false],
    ["X-Plan", { "x-plan": "" }, {}, false],
    [",, X-Plan , ,", { "x-plan": "a" }, { "x-plan": "b" }, false],
    ["X-Plan, X-Plan", { "x-plan": "a" }, { "x-plan": "a", "x-other": "b" }, true],
    ["X-Other, X-Plan", { "x-plan": "a", "x-other": "b" }, { "x-plan": "b", "x-other": "a" }, false],
  ])("%s: %j and %j get the same answer: %p", async (...[vary, first, second, isSame]) => {
    // It takes one request more to learn of a field that did not reach the source.
    const asked = Object.keys(first).some((name) => name.startsWith("x-")) ? 2 : 1;
    const later: Step = isSame ? { asked: 0, body: "one" } : { source: fresh("two", { vary }), body: "two" };

    const { got, expected } = await plays([
      { headers: first, source: fresh("one", { vary }), asked, body: "one" },
      { headers: second, ...later },
      { headers: first, asked: 0, body: "one" },
    ]);

    expect(got).toEqual(expected);
  });

  it.each<Case>([
    [
      "may be named in several lines",
      [
        { headers: { "accept-language": "de" }, source: fresh("de", { vary: ["Accept", "Accept-Language"] }) },
        {
          headers: { "accept-language": "fr" },
          source: fresh("fr", { vary: ["Accept", "Accept-Language"] }),
          body: "fr",
        },
        { headers: { "accept-language": "de" }, asked: 0, body: "de" },
      ],
    ],
    [
      "may become more, and no answer from before is one for them",
      [
        { headers: { "accept-language": "de" }, source: fresh("all") },
        {
          after: 61,
          headers: { "accept-language": "de" },
          source: fresh("de", { vary: "Accept-Language" }),
          body: "de",
        },
        { headers: { "accept-language": "fr" }, source: fresh("fr", { vary: "Accept-Language" }), body: "fr" },
        { headers: { "accept-language": "de" }, asked: 0, body: "de" },
      ],
    ],
    [
      "are those of the coding where an answer is encoded and does not say so",
      [
        { headers: { "accept-encoding": "gzip" }, source: fresh("zipped", { "content-encoding": "gzip" }) },
        { source: fresh("plain"), body: "plain", fields: { "content-encoding": undefined } },
        { headers: { "accept-encoding": "gzip" }, asked: 0, body: "zipped" },
        { asked: 0, body: "plain" },
      ],
    ],
    [
      "are renewed each by itself",
      [
        { headers: { "accept-language": "de" }, source: fresh("de", { vary: "Accept-Language", etag: '"de"' }) },
        { headers: { "accept-language": "fr" }, source: fresh("fr", { vary: "Accept-Language", etag: '"fr"' }) },
        {
          after: 61,
          headers: { "accept-language": "fr" },
          source: { ...fresh("", { vary: "Accept-Language", etag: '"fr"' }), status: 304 },
          body: "fr",
          sent: { "if-none-match": '"fr"' },
        },
        { headers: { "accept-language": "fr" }, asked: 0, body: "fr" },
        { headers: { "accept-language": "de" }, source: fresh("de2", { vary: "Accept-Language" }), body: "de2" },
      ],
    ],
    [
      "are thrown away together",
      [
        { headers: { "accept-language": "de" }, source: fresh("de", { vary: "Accept-Language" }) },
        { headers: { "accept-language": "fr" }, source: fresh("fr", { vary: "Accept-Language" }) },
        { method: "DELETE", source: { status: 204 }, status: 204 },
        { headers: { "accept-language": "de" }, source: fresh("2", { vary: "Accept-Language" }), body: "2" },
        { headers: { "accept-language": "fr" }, source: fresh("3", { vary: "Accept-Language" }), body: "3" },
      ],
    ],
  ])("%s", async (_what, steps) => {
    const { got, expected } = await plays(steps);

    expect(got).toEqual(expected);
  });
});

describe("a URL", () => {
  it.each<readonly [string, string, boolean]>([
    ["/~a", "/%7Ea", true],
    ["/a%3ab", "/a%3Ab", true],
    ["/%61", "/a", true],
    ["/a?x=%7e", "/a?x=~", true],
    ["/a?", "/a", true],
    ["/a", "/a/", false],
    ["/a", "/a//", false],
    ["/a", "/%41", false],
    ["/a%20b", "/a+b", false],
    ["/a?x=%20", "/a?x=+", false],
    ["/a?x", "/a?x=", false],
    ["/a?x=1&y=2", "/a?y=2&x=1", false],
    ["/a?x=1", "/a?X=1", false],
    ["/a?x=1", "/a?x=1&x=1", false],
    ["/a?a%26b=1", "/a?a&b=1", false],
  ])("%s is %s: %p", async (first, second, isSame) => {
    const later: Step = isSame ? { asked: 0, body: "one" } : { source: fresh("two"), body: "two" };
    const { got, expected } = await plays([
      { at: first, source: fresh("one"), body: "one" },
      { at: second, ...later },
    ]);

    expect(got).toEqual(expected);
  });
});

describe("what says who asks", () => {
  it.each([
    "authorization",
    "cookie",
    "x-api-key",
    "remote-user",
    "client-cert",
    "x-csrf-token",
    "proxy-authorization",
  ])("leads past what is stored, both ways: %s", async (name) => {
    const { got, expected } = await plays([
      { headers: { [name]: "one" }, source: fresh("own"), body: "own", cache: "bypass" },
      { source: fresh("all"), body: "all", cache: "uri-miss" },
      { headers: { [name]: "one" }, source: fresh("own"), body: "own", cache: "bypass" },
      { asked: 0, body: "all" },
    ]);

    expect(got).toEqual(expected);
  });

  it.each(["PUT", "DELETE", "GET"])("is not the method that a field makes of a GET: %s", async (method) => {
    const { got, expected } = await plays([
      {
        headers: { "x-http-method-override": method },
        source: fresh("one"),
        sent: { "x-http-method-override": undefined },
      },
      { asked: 0, body: "one" },
    ]);

    expect(got).toEqual(expected);
  });
});
