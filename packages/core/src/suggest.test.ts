import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { editDistance, suggest } from "./suggest.ts";

describe("suggest", () => {
  it.each([
    ["methdos", "methods"],
    ["pth", "path"],
    ["Path", "path"],
    ["base-path", "base_path"],
    ["basePath", "base_path"],
    ["descripton", "description"],
  ])("takes %s for %s", (word, meant) => {
    expect(suggest(word, ["path", "methods", "mode", "description", "base_path"])).toBe(meant);
  });

  it.each([
    ["methd", ["meth", "method"], "method"],
    ["boddy", ["buddy", "body"], "body"],
    ["Status", ["stats", "status"], "status"],
  ])("takes the nearest for %s, and of two the one that begins alike", (word, known, meant) => {
    expect(suggest(word, known)).toBe(meant);
    expect(suggest(word, known.toReversed())).toBe(meant);
  });

  it.each(["ab", "xyz", "wallpaper"])("has nothing for %s", (word) => {
    expect(suggest(word, ["path", "methods", "mode"])).toBeUndefined();
  });
});

describe("editDistance", () => {
  it("is symmetric, and 0 only for equal words", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
      }),
    );
  });

  it("counts a swap of neighbours once", () => {
    expect(editDistance("methdos", "methods")).toBe(1);
  });
});
