import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isBackworksError } from "../errors.ts";
import { parseJson } from "./parse.ts";

function parse(text: string, limits?: Parameters<typeof parseJson>[1]): unknown {
  return parseJson({ bytes: Buffer.from(text), text }, limits);
}

function refusal(text: string, limits?: Parameters<typeof parseJson>[1]): string | undefined {
  try {
    parse(text, limits);
    return undefined;
  } catch (error) {
    return isBackworksError(error) ? `${error.code} ${error.message}` : String(error);
  }
}

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const wide = (keys: number): string => `{${Array.from({ length: keys }, (_, index) => `"k${index}":0`).join(",")}}`;

describe("parseJson", () => {
  it("gives what JSON.parse gives", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        fc.pre(!/__proto__|constructor/.test(text));
        expect(parse(text, { jsonDepth: Infinity, jsonKeys: Infinity })).toEqual(JSON.parse(text));
      }),
    );
  });

  it("counts no bracket and no colon inside a text", () => {
    const text = JSON.stringify([String.raw`[[[[{{{{::::\"[[[`, "\\", '"', "ü[", 1]);

    expect(parse(text, { jsonDepth: 1, jsonKeys: 0 })).toEqual(JSON.parse(text));
  });

  it.each([
    [nested(64), undefined],
    [nested(65), "BW_REQUEST_JSON_LIMIT the request body is nested deeper than 64 levels"],
    [nested(100_000), "BW_REQUEST_JSON_LIMIT the request body is nested deeper than 64 levels"],
    ["[".repeat(1_000_000), "BW_REQUEST_JSON_LIMIT the request body is nested deeper than 64 levels"],
    [
      '{"a":'.repeat(65) + "0" + "}".repeat(65),
      "BW_REQUEST_JSON_LIMIT the request body is nested deeper than 64 levels",
    ],
    [wide(10_000), undefined],
    [wide(10_001), "BW_REQUEST_JSON_LIMIT the request body has more than 10000 keys"],
    [wide(1_000_000), "BW_REQUEST_JSON_LIMIT the request body has more than 10000 keys"],
  ])("%.20s of its length", (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it("takes any depth and any number when nothing is limited", () => {
    const limits = { jsonDepth: Infinity, jsonKeys: Infinity };

    expect(refusal(nested(5000), limits)).toBeUndefined();
    expect(refusal(wide(20_000), limits)).toBeUndefined();
  });

  it.each([
    ['{"a":1,}', "line 1, column 8: a comma before }"],
    ['{\n  "a": tru\n}', "line 2, column 8: a value cannot begin with t"],
    ['{"a":1} x', "line 1, column 9: nothing may follow the value"],
    ["", "line 1, column 1: the text ends before the value does"],
    ["{'a':1}", "line 1, column 2: a key must be in double quotes"],
    ["[1,2", "line 1, column 5: a comma or ] is missing"],
    ["NaN", "line 1, column 1: a value cannot begin with N"],
    ["\ufeff\ufeff1", "line 1, column 1: a value cannot begin with \ufeff"],
  ])("says where %j is broken", (text, problem) => {
    expect(refusal(text)).toBe(`BW_REQUEST_JSON the request body is not JSON: ${problem}`);
  });

  it("takes one byte order mark", () => {
    expect(parse("\ufeff[1]")).toEqual([1]);
  });

  it.each([
    '{"__proto__":{"a":1}}',
    '[{"a":{"__proto__":null}}]',
    String.raw`{"\u005f_proto__":1}`,
    '{"constructor":{"prototype":{}}}',
    '{"a":[{"constructor":{"x":1,"prototype":1}}]}',
    String.raw`{"constr\u0075ctor":{"prototype":1}}`,
  ])("refuses the key in %s", (text) => {
    expect(refusal(text)).toMatch(/^BW_REQUEST_KEY/);
  });

  it.each([
    '{"constructor":1}',
    '{"prototype":1}',
    '{"a":"__proto__"}',
    '["constructor"]',
    '{"constructor":["prototype"]}',
  ])("takes %s", (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});
