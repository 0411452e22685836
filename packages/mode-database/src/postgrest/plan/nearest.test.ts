import { describe, expect, it } from "@jest/globals";
import { nearest } from "./nearest.ts";

describe("nearest", () => {
  it.each([
    ["factoriees", 0.75, "factories"],
    ["tsks", 0.75, "tasks"],
    ["Tasks", 0.75, "tasks"],
    ["(num, numb)", 0.33, "(num, str)"],
    ["ab", 0.33, "b"],
  ])("finds what %j is like", (word, least, name) => {
    const names = ["factories", "processes", "tasks", "task_notes", "(num)", "(x, y, z)", "(num, str)", "b"];

    expect(nearest(word, names, least)?.name).toBe(name);
  });

  it.each([
    ["orders", ["products", "users"], 0.75],
    ["anything", [], 0.33],
    ["x".repeat(300), ["x".repeat(299)], 0.1],
  ] as const)("finds nothing that is like %j", (word, names, least) => {
    expect(nearest(word, names, least)).toBeUndefined();
  });

  it("says how much a name is like the word", () => {
    expect(nearest("films", ["film"], 0.33)?.likeness).toBeCloseTo(0.8);
    expect(nearest("films", ["films"], 0.33)?.likeness).toBe(1);
  });
});
