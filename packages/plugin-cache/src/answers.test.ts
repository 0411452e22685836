import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startStage } from "../test/play.ts";
import type { Said, Stage, Step } from "../test/play.ts";

type Fields = NonNullable<Said["headers"]>;

/** Fields by a stage's time. */
type Timed = (date: Stage["date"]) => Fields;

/** When it is asked for again, and what is expected of that. */
interface Later {
  readonly after: number;
  readonly isStored: boolean;
  readonly status?: number;
}

/** Asked for, and so many seconds later once more: from what is stored, or of the source again. */
function again(fields: Fields, { after, isStored, status = 200 }: Later): readonly Step[] {
  const later: Step = isStored ? { after, asked: 0, cache: "hit", status } : { after, status };
  return [{ source: { status, headers: fields }, status }, later];
}

const control = (text: string | readonly string[]): Fields => ({ "cache-control": text });

describe("an answer by its own words", () => {
  let stage: Stage;
  beforeAll(async () => (stage = await startStage()));
  afterAll(async () => stage[Symbol.asyncDispose]());

  it.each<readonly [string | readonly string[], number, boolean]>([
    ["MAX-Age=60", 30, true],
    ['max-age="60"', 30, true],
    ["  public ,max-age=60", 30, true],
    [", ,max-age=60,,", 30, true],
    ['ext="a, no-store, max-age=0", max-age=60', 30, true],
    ["max-age=060", 30, true],
    ["max-age=9223372036854775808", 3600, true],
    ["max-age=60, max-age=0", 30, true],
    ["max-age=0, max-age=60", 1, false],
    ["x-max-age=60", 1, false],
    ["foo-s-maxage=60", 1, false],
    ["max-age=-1", 1, false],
    ["max-age=+60", 1, false],
    ["max-age=6e1", 1, false],
    ["max-age='60'", 1, false],
    ["max-age = 60", 1, false],
    ["s-maxage=60, max-age=0", 30, true],
    ["s-maxage=0, max-age=60", 1, false],
    ["max-age=60, s-maxage=no", 1, false],
    [["max-age=60", "no-store"], 1, false],
    [["no-cache", "max-age=60"], 1, false],
    ["max-age=60; no-store", 1, false],
    ["private; max-age=60", 1, false],
    ["max-age=60, No-Store", 1, false],
    ["max-age=60, no-store=0", 1, false],
    ["max-age=60, PRIVATE", 1, false],
    ['max-age=60, private=""', 1, false],
    ["max-age=60, private=", 1, false],
    ['max-age=60, private="x-own', 1, false],
    ['max-age=60, private="x-own", private', 1, false],
    ['max-age=60, no-cache="x-own", no-cache', 1, false],
    ["max-age=60, immutable", 30, true],
    ["immutable", 1, false],
    ["public", 1, false],
  ])("says Cache-Control: %j, and is used %d seconds later: %p", async (text, after, isStored) => {
    const { got, expected } = await stage.play(again(control(text), { after, isStored }));

    expect(got).toEqual(expected);
  });

  it.each<readonly [string, Timed, number, boolean]>([
    ["Expires", (date) => ({ expires: date(60) }), 30, true],
    ["Expires and is over", (date) => ({ expires: date(60) }), 61, false],
    ["Expires by its Date", (date) => ({ date: date(-100), expires: date(-40) }), 1, false],
    ["Expires by a Date that is ahead", (date) => ({ date: date(100), expires: date(110) }), 5, true],
    ["Expires and Date at once", (date) => ({ date: date(0), expires: date(0) }), 1, false],
    ["Expires: 0", () => ({ expires: "0" }), 1, false],
    ["Expires twice", (date) => ({ expires: [date(60), date(60)] }), 1, false],
    ["Expires in the zone of somebody", (date) => ({ expires: date(60).replace("GMT", "CET") }), 1, false],
    ["Expires in lower case", (date) => ({ expires: date(60).toLowerCase() }), 30, true],
    ["Expires as C writes it", (date) => ({ expires: asC(date(60)) }), 30, true],
    ["Expires with two digits of the year", (date) => ({ expires: withShortYear(date(60)) }), 30, true],
    ["max-age beside Expires of before", (date) => ({ ...control("max-age=60"), expires: date(-60) }), 30, true],
    ["max-age=0 beside Expires of later", (date) => ({ ...control("max-age=0"), expires: date(60) }), 1, false],
    ["an Age that leaves a second", () => ({ ...control("max-age=60"), age: "59" }), 0, true],
    ["an Age that leaves nothing", () => ({ ...control("max-age=60"), age: "60" }), 0, false],
    ["an Age that is no number", () => ({ ...control("max-age=60"), age: "a" }), 0, false],
    ["an Age below 0", () => ({ ...control("max-age=60"), age: "-5" }), 0, false],
    ["a Date of before", (date) => ({ ...control("max-age=60"), date: date(-40) }), 10, true],
    ["a Date of before that is over", (date) => ({ ...control("max-age=60"), date: date(-40) }), 21, false],
    ["a Date of later", (date) => ({ ...control("max-age=60"), date: date(1000) }), 30, true],
    ["a Date of later that is over", (date) => ({ ...control("max-age=60"), date: date(1000) }), 61, false],
    ["a Date that is none", () => ({ ...control("max-age=60"), date: "yesterday" }), 30, true],
    ["Pragma beside max-age", () => ({ ...control("max-age=60"), pragma: "no-cache" }), 30, true],
    ["Last-Modified alone", (date) => ({ "last-modified": date(-3600) }), 1, false],
    ["a cookie", () => ({ ...control("public, max-age=60"), "set-cookie": "a=b" }), 1, false],
    ["Vary: * among others", () => ({ ...control("max-age=60"), vary: "Accept, *" }), 1, false],
    ["Vary that names nothing", () => ({ ...control("max-age=60"), vary: ", ," }), 30, true],
  ])("has %s, and is used as that allows", async (...[, fields, after, isStored]) => {
    const { got, expected } = await stage.play(again(fields(stage.date), { after, isStored }));

    expect(got).toEqual(expected);
  });

  it.each([203, 204, 299, 300, 301, 302, 303, 307, 308])("may be of status %d", async (status) => {
    const { got, expected } = await stage.play(again(control("max-age=60"), { after: 1, isStored: true, status }));

    expect(got).toEqual(expected);
  });

  it.each([206, 400, 401, 403, 404, 410, 416, 429, 500, 503])("is not kept with status %d", async (status) => {
    const part = { ...control("max-age=60"), "content-range": "bytes 0-0/10" };
    const { got, expected } = await stage.play(again(part, { after: 1, isStored: false, status }));

    expect(got).toEqual(expected);
  });

  it.each<readonly [string, string]>([
    ["private", 'max-age=60, private="X-Own"'],
    ["private without quotes", "max-age=60, private=X-Own"],
    ["no-cache", 'max-age=60, no-cache="x-other, x-own"'],
    ["both", 'max-age=60, private="x-own", no-cache="x-other"'],
    ["two of one", 'max-age=60, private="x-other", private="x-own"'],
  ])("goes without the fields that %s names, but to who asked", async (_which, text) => {
    const { got, expected } = await stage.play([
      { source: { headers: { ...control(text), "x-own": "1", "x-all": "2" } }, fields: { "x-own": "1" } },
      { asked: 0, fields: { "x-own": undefined, "x-all": "2" } },
    ]);

    expect(got).toEqual(expected);
  });
});

function asC(date: string): string {
  const [, week, day = "", month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date) ?? [];
  return `${week} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
}

function withShortYear(date: string): string {
  const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const [, day, month, year = "", time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date) ?? [];
  return `${days[new Date(date).getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
}

describe("an answer by what is said to caches in particular (RFC 9213)", () => {
  let stage: Stage;
  beforeAll(async () => (stage = await startStage()));
  afterAll(async () => stage[Symbol.asyncDispose]());

  it.each<readonly [string, string, boolean]>([
    ["max-age=60", "no-store", true],
    ["no-store", "max-age=60", false],
    ["private", "max-age=60", false],
    ["no-store=?0, max-age=60", "max-age=0", true],
    ["max-age=0, max-age=60", "max-age=0", true],
    ["max-age=60;a=1;b", "max-age=0", true],
    ['ext="a, b", max-age=60', "max-age=0", true],
    ["ext=(a b), max-age=60", "max-age=0", true],
    ["ext=:aGk=:, max-age=60", "max-age=0", true],
    ["ext=(), other=@1700000000, max-age=60", "max-age=0", true],
    ["private=(x-own), max-age=60", "max-age=60", false],
    ["max-age=(60)", "max-age=60", false],
    ["max-age=1.5", "max-age=60", false],
    // What follows is no dictionary, and does not count.
    ["max-age=0,", "max-age=60", true],
    ["max-age=0,,public", "max-age=60", true],
    ["Max-Age=0", "max-age=60", true],
    ["max-age=", "max-age=60", true],
    ["max-age=0 public", "max-age=60", true],
    ["max-age=0;, public", "max-age=60", true],
    ['no-store, ext="a', "max-age=60", true],
    ["no-store, ext=(a", "max-age=60", true],
    ["no-store, ext=?2", "max-age=60", true],
    ["max-age=9999999999999999", "max-age=60", true],
  ])("CDN-Cache-Control: %s before Cache-Control: %s, and is stored: %p", async (cdn, plain, isStored) => {
    const { got, expected } = await stage.play(
      again({ "cdn-cache-control": cdn, ...control(plain) }, { after: 1, isStored }),
    );

    expect(got).toEqual(expected);
  });

  it("heeds what is said to it alone first, and does not hand that on", async () => {
    const fields = { "backworks-cache-control": "max-age=60", "cdn-cache-control": "no-store", ...control("no-store") };
    const { got, expected } = await stage.play([
      { source: { headers: fields } },
      { asked: 0, fields: { "backworks-cache-control": undefined, "cdn-cache-control": "no-store" } },
    ]);

    expect(got).toEqual(expected);
  });

  it("does not hand on what is said to it alone either where nothing is stored", async () => {
    const { got, expected } = await stage.play([
      {
        source: { headers: { "backworks-cache-control": "no-store" } },
        fields: { "backworks-cache-control": undefined },
      },
    ]);

    expect(got).toEqual(expected);
  });

  it("does not go by Expires where a targeted field says no time", async () => {
    const fields = { "cdn-cache-control": "public", expires: stage.date(60) };
    const { got, expected } = await stage.play(again(fields, { after: 1, isStored: false }));

    expect(got).toEqual(expected);
  });
});

describe("a field of the configuration that is for this cache", () => {
  let stage: Stage;
  beforeAll(async () => (stage = await startStage("{ control_headers: [Surrogate-Control] }")));
  afterAll(async () => stage[Symbol.asyncDispose]());

  it.each<readonly [Fields, boolean]>([
    [{ "surrogate-control": "max-age=60", ...control("no-store") }, true],
    [{ "surrogate-control": 'max-age=60, content="ESI/1.0"', ...control("no-store") }, true],
    [{ "surrogate-control": "no-store", ...control("max-age=60") }, false],
    // Older forms are no structured fields.
    [{ "surrogate-control": "max-age=60+30", ...control("no-store") }, false],
    [{ "cdn-cache-control": "max-age=60", ...control("no-store") }, false],
  ])("%j: is stored: %p", async (fields, isStored) => {
    const { got, expected } = await stage.play(again(fields, { after: 1, isStored }));

    expect(got).toEqual(expected);
  });
});

describe("an error where errors are kept", () => {
  let stage: Stage;
  beforeAll(async () => (stage = await startStage("{ negative_ttl: 10s }", "{ ttl: 60 }")));
  afterAll(async () => stage[Symbol.asyncDispose]());

  it.each<readonly [number, Fields, number, boolean]>([
    [404, {}, 5, true],
    [404, {}, 11, false],
    [404, control("max-age=60"), 30, true],
    [404, control("no-store"), 1, false],
    [404, { "set-cookie": "a=b" }, 1, false],
    [405, {}, 5, true],
    [410, {}, 5, true],
    [501, {}, 5, true],
    [400, {}, 1, false],
    [403, {}, 1, false],
    [416, control("max-age=60"), 1, false],
    [500, {}, 1, false],
    [503, { "retry-after": "5" }, 1, false],
    [503, control("max-age=5"), 1, true],
    [200, {}, 30, true],
    [302, {}, 1, false],
  ])("%d with %j is used %d seconds later: %p", async (...[status, fields, after, isStored]) => {
    const { got, expected } = await stage.play(again(fields, { after, isStored, status }));

    expect(got).toEqual(expected);
  });

  it.each([400, 416, 503])("does not answer for the whole when it refuses a part: %d", async (status) => {
    const { got, expected } = await stage.play([
      { headers: { range: "bytes=50-" }, source: { status, headers: control("max-age=60") }, status },
      { source: { headers: control("max-age=60"), body: "whole" }, body: "whole" },
      { asked: 0, body: "whole" },
    ]);

    expect(got).toEqual(expected);
  });
});
