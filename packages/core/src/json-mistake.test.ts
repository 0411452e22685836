import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { findJsonMistake } from "./json-mistake.ts";

describe("findJsonMistake", () => {
  it.each([
    ['{"a": 1,}', 8, "a comma before }"],
    ["[1, 2,]", 6, "a comma before ]"],
    ["{a: 1}", 1, "a key must be in double quotes"],
    ['{"a" 1}', 5, "a colon is missing"],
    ['{"a": 1 "b": 2}', 8, "a comma or } is missing"],
    ["[1 2]", 3, "a comma or ] is missing"],
    ['["a]', 1, "this text is not closed, or holds a bad escape or a line break"],
    ["[1] x", 4, "nothing may follow the value"],
    ["", 0, "the text ends before the value does"],
    ["[tru]", 1, "a value cannot begin with t"],
    ["// x\n{}", 0, "a value cannot begin with /"],
  ])("finds the mistake of %s", (text, start, problem) => {
    expect(findJsonMistake(text)).toEqual({ problem, start });
  });

  it("ends on any text that is not JSON", () => {
    const text = fc
      .array(fc.constantFrom("{", "}", "[", "]", '"', "a", ":", ",", "1", "-", " ", "\\", "null"), { maxLength: 30 })
      .map((parts) => parts.join(""));

    fc.assert(
      fc.property(text, (value) => {
        expect(findJsonMistake(value).start).toBeLessThanOrEqual(value.length);
      }),
    );
  });
});
