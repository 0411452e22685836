import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { checkFields, parseCookies, parseFields } from "./fields.ts";

describe("parseFields", () => {
  it.each([
    ["", {}],
    ["a=1&b=2", { a: "1", b: "2" }],
    ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
    ["a=x+y&b=%C3%BC&c", { a: "x y", b: "ü", c: "" }],
    ["a=%zz&b=%ff", { a: "%zz", b: "\uFFFD" }],
  ])("reads %j", (text, fields) => {
    expect({ ...parseFields(text) }).toEqual(fields);
  });

  it("has no prototype, so that no name is special", () => {
    const fields = parseFields("__proto__=1&constructor=2");

    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(Object.keys(fields)).toEqual(["__proto__", "constructor"]);
  });

  it("reads back what URLSearchParams writes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })), (fields) => {
        expect({ ...parseFields(new URLSearchParams(fields).toString()) }).toEqual({ ...fields });
      }),
    );
  });
});

describe("parseCookies", () => {
  it.each([
    [undefined, {}],
    ["a=1; b=2", { a: "1", b: "2" }],
    ['a="x y";b=%20;c=%', { a: "x y", b: " ", c: "%" }],
    ["=x; alone; a=b=c", { a: "b=c" }],
  ])("reads %j", (header, cookies) => {
    expect({ ...parseCookies(header) }).toEqual(cookies);
  });
});

describe("checkFields", () => {
  const refusal = (text: string, most = 1000): unknown => {
    try {
      checkFields(text, most);
      return undefined;
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  it.each([
    "__proto__=1",
    "a=1&__proto__[x]=1",
    "a[__proto__]=1",
    "a[__proto__][b]=1",
    "a.__proto__.b=1",
    "%5f%5Fproto%5f_=1",
    "a%5B__proto__%5D=1",
    "constructor[prototype][x]=1",
    "a[constructor][prototype]=1",
    "constructor.prototype=1",
    "%63onstructor.prototype=1",
    "a[][__proto__]=1",
  ])("refuses %j", (text) => {
    expect(refusal(text)).toBe("BW_REQUEST_KEY");
  });

  it.each(["constructor=1", "prototype=1", "a[prototype]=1", "x=__proto__", "my__proto__x=1", "%zz=%", ""])(
    "takes %j",
    (text) => {
      expect(refusal(text)).toBeUndefined();
    },
  );

  it.each([
    ["a&b&c", 3, undefined],
    ["a&b&c&d", 3, "BW_REQUEST_FIELDS"],
    ["&&&", 3, "BW_REQUEST_FIELDS"],
    ["a&b&c&d", Infinity, undefined],
  ])("counts %j", (text, most, code) => {
    expect(refusal(text, most)).toBe(code);
  });
});
