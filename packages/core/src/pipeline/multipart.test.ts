import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isBackworksError } from "../errors.ts";
import { parseMultipart } from "./multipart.ts";

const part = (head: string, content: string): string => `--b\r\n${head}\r\n\r\n${content}\r\n`;
const named = (parameters: string, content = "1"): string =>
  part(`Content-Disposition: form-data; ${parameters}`, content);

function read(text: string, most = 1000): unknown {
  return parseMultipart(Buffer.from(text), "b", most);
}

function codeOf(task: () => unknown): unknown {
  try {
    task();
    return undefined;
  } catch (error) {
    return isBackworksError(error) ? error.code : error;
  }
}

describe("parseMultipart", () => {
  it.each([
    ["--b--", {}],
    ["a preamble\r\n--b--\r\nan epilogue", {}],
    [`${named('name="a"')}--b--\r\n`, { a: "1" }],
    [`${named("name=a")}${named('name="a"', "2")}--b--`, { a: ["1", "2"] }],
    [`${named('name="a;b\\"c"')}--b--`, { 'a;b"c': "1" }],
    [`${named('name="ü"', "ü")}--b--`, { ü: "ü" }],
    [`${named('name="a"', "x\r\n--c\r\ny")}--b--`, { a: "x\r\n--c\r\ny" }],
    [`${named('name="a"', "")}--b--`, { a: "" }],
    [`--b  \r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n--b--`, { a: "1" }],
    [
      `${part('content-type: image/png\r\ncontent-disposition: form-data; name="f"; filename="x;y.png"', "abc")}--b--`,
      { f: { filename: "x;y.png", type: "image/png", size: 3 } },
    ],
  ])("reads %j", (text, fields) => {
    expect({ ...(read(text) as object) }).toEqual(fields);
  });

  it.each([
    ["", "BW_REQUEST_FORM"],
    ["--b", "BW_REQUEST_FORM"],
    [named('name="a"'), "BW_REQUEST_FORM"],
    ["--bx\r\n\r\n--b--", "BW_REQUEST_FORM"],
    [`${part("x: y", "1")}--b--`, "BW_REQUEST_FORM"],
    ["--b\r\nno header\r\n--b--", "BW_REQUEST_FORM"],
    [`${part(`x: ${"y".repeat(9000)}\r\ncontent-disposition: form-data; name=a`, "1")}--b--`, "BW_REQUEST_FORM"],
    [`${named('name="__proto__"')}--b--`, "BW_REQUEST_KEY"],
    [`${named('name="a[__proto__]"')}--b--`, "BW_REQUEST_KEY"],
    [`${named('name="constructor[prototype]"')}--b--`, "BW_REQUEST_KEY"],
    [`${named("name=a").repeat(1001)}--b--`, "BW_REQUEST_FIELDS"],
  ])("refuses %.60j", (text, code) => {
    expect(codeOf(() => read(text))).toBe(code);
  });

  it.each([undefined, "", "a\r\nb", "x".repeat(71), "ends with a blank "])("refuses the boundary %j", (boundary) => {
    expect(codeOf(() => parseMultipart(Buffer.from("--b--"), boundary, 9))).toBe("BW_REQUEST_FORM");
  });

  it("gives fields or a refusal of ours, whatever it is given", () => {
    const pieces = fc.constantFrom(
      "--b",
      "--",
      "\r\n",
      "\r\n\r\n",
      "content-disposition: form-data; name=",
      "a",
      "\0",
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (texts) => {
        const code = codeOf(() => read(texts.join("")));

        expect(code === undefined || typeof code === "string").toBe(true);
      }),
    );
  });
});
