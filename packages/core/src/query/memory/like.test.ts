import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createLike } from "./like.ts";

describe("createLike", () => {
  it("finds what the regular expression of the same meaning finds", () => {
    const unit = fc.constantFrom("a", "b", "%", "*", "_");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }),
        (pattern, text) => {
          const expression = new RegExp(`^${pattern.replace(/[%*]/g, "[^]*").replaceAll("_", "[^]")}$`);

          expect(createLike(pattern, false)(text)).toBe(expression.test(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("ends on a pattern of many wildcards", () => {
    // By trying every way to share the text among the wildcards it would not.
    expect(createLike(`${"%a".repeat(500)}b`, false)("a".repeat(2000))).toBe(false);
  });
});
