import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseCookies, parseFields } from "./fields.ts";
import { parseMultipart } from "./multipart.ts";

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

describe("parseMultipart", () => {
  it("never fails, whatever it is given", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, boundary) => {
        expect(() => parseMultipart(bytes, `multipart/form-data; boundary=${boundary}`)).not.toThrow();
      }),
    );
  });
});
