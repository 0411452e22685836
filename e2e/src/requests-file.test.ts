import { describe, expect, it } from "@jest/globals";
import { matchesJson, matchesText, parseExpected } from "./placeholder.ts";
import { parseRequestsFile } from "./requests-file.ts";

describe("parseRequestsFile", () => {
  it("reads requests with headers and bodies, and what is expected", () => {
    const text = `### makes a user
POST /users?x=1
Content-Type: application/json

{"name": "Ada"}

> 201
> location: /users/<uuid>
> {
>   "id": "<uuid>"
> }

### ends
GET /fault
> closed
`;

    expect(parseRequestsFile(text)).toEqual([
      {
        title: "makes a user",
        method: "POST",
        path: "/users?x=1",
        headers: { "content-type": "application/json" },
        body: '{"name": "Ada"}',
        expected: { status: 201, headers: [["location", "/users/<uuid>"]], body: '{\n  "id": "<uuid>"\n}' },
      },
      {
        title: "ends",
        method: "GET",
        path: "/fault",
        headers: {},
        body: undefined,
        expected: { status: "closed", headers: [], body: undefined },
      },
    ]);
  });

  it.each([
    ["", "no block"],
    ["### a\nGET /x\n", "no expected answer"],
    ["### a\n/x\n> 200", "no request line"],
    ["### a\nGET /x\n> ok", "no status"],
  ])("refuses %j", (text, message) => {
    expect(() => parseRequestsFile(text)).toThrow(message);
  });
});

describe("matchesJson", () => {
  it.each([
    [{ a: "<number>" }, { a: 1 }, true],
    [{ a: "<number>" }, { a: "1" }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[{ id: "<uuid>" }], [{ id: "8f9c1d3e-0000-4000-8000-000000000000" }], true],
    ["<date>", "2026-01-31T10:00:00.000Z", true],
    ["<integer>", 1.5, false],
    ["User <integer>", "User 7", true],
    ["User <integer>", "User x", false],
    [[1], [1, 2], false],
    [null, undefined, false],
  ])("compares %j with %j", (expected, actual, same) => {
    expect(matchesJson(expected, actual)).toBe(same);
  });
});

describe("matchesText", () => {
  it.each([
    ["a.b", "axb", false],
    ["A", "a", false],
    ["/users/<uuid>", "/users/8f9c1d3e-0000-4000-8000-000000000000", true],
    ["<any>", "two\nlines", true],
  ])("compares %j with %j", (expected, actual, same) => {
    expect(matchesText(expected, actual)).toBe(same);
  });
});

describe("parseExpected", () => {
  it("reads placeholders without quotes", () => {
    expect(parseExpected('{"n": <number>, "t": "<string>"}')).toEqual({ value: { n: "<number>", t: "<string>" } });
  });

  it("says when it is no JSON", () => {
    expect(parseExpected("hello")).toBeUndefined();
  });
});
