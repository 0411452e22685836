import { describe, expect, it } from "@jest/globals";
import { codePlace, problemOf } from "./ledger.ts";

function failing(stack: string): Error {
  return Object.assign(new Error("no key"), { stack });
}

describe("the place of an error", () => {
  it.each([
    ["a module", "Error: no key\n    at initialize (file:///shop/visits.js:3:7)", "/shop/visits.js:3:7"],
    [
      "a module of another version",
      "Error: x\n    at file:///shop/visits.js?v=0a1b2c3d4e5f:3:7",
      "/shop/visits.js:3:7",
    ],
    [
      "CommonJS, below which there is a module",
      "Error: no key\n    at Object.initialize (/shop/visits.cjs:1:69)\n    at run (file:///core/serve.js:9:9)",
      "/shop/visits.cjs:1:69",
    ],
    ["a syntax error of a module", "file:///shop/visits.js:4\nconst = 5;\n\nSyntaxError: x", "/shop/visits.js:4"],
    ["a syntax error of CommonJS", "/shop/visits.cjs:4\nconst = 5;\n\nSyntaxError: x", "/shop/visits.cjs:4"],
  ])("is found in %s", (_what, stack, place) => {
    expect(codePlace(failing(stack))).toBe(place);
  });

  it("is not found where only an address is named", () => {
    expect(codePlace(failing("Error: connect to http://127.0.0.1:80 failed"))).toBeUndefined();
  });
});

describe("what is told of an error", () => {
  it.each([
    [new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }), "fetch failed: connect ECONNREFUSED"],
    [new TypeError("fetch failed", { cause: Object.assign(new Error(""), { code: "EX" }) }), "fetch failed: EX"],
    [new Error("no: boom", { cause: new Error("boom") }), "no: boom"],
    [new Error(""), "Error"],
    ["text", "text"],
  ])("has its cause: %s", (error, told) => {
    expect(problemOf(error)).toBe(told);
  });
});
