import { describe, expect, it } from "@jest/globals";
import { matchesOutput, parseConsole } from "./console.ts";
import { fileOf, readFences } from "./markdown.ts";

describe("readFences", () => {
  it("reads language, words, text and line, also of indented fences", () => {
    const fences = readFences("a\n\n```js file=handlers/x.js\n1\n```\n\n- b\n\n  ```yaml\n  c: 1\n    d: 2\n  ```\n");

    expect(fences).toEqual([
      { language: "js", words: ["file=handlers/x.js"], text: "1\n", line: 3 },
      { language: "yaml", words: [], text: "c: 1\n  d: 2\n", line: 9 },
    ]);
    expect(fences.map(fileOf)).toEqual(["handlers/x.js", undefined]);
  });
});

describe("parseConsole", () => {
  it("reads commands with what they print", () => {
    expect(parseConsole("$ backworks start   # serves\n\n$ curl x \\\n>   -d y\n{}\n\n")).toEqual([
      { command: "backworks start", expected: [] },
      { command: "curl x \\\n  -d y", expected: ["{}"] },
    ]);
  });
});

describe("matchesOutput", () => {
  it.each([
    [["a"], "a\n", true],
    [["a"], "a\nb\n", false],
    [["a", "…"], "a\nb\nc\n", true],
    [["…", "c"], "a\nb\nc\n", true],
    [["id …!"], "id 17!\n", true],
    [["id …!"], "id 17?\n", false],
    [[], "whatever", true],
  ])("compares %j with %j", (expected, actual, same) => {
    expect(matchesOutput(expected, actual)).toBe(same);
  });
});
