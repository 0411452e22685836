import { describe, expect, it } from "@jest/globals";
import { createPaint, plain, wantsColor } from "./paint.ts";
import { formatTable } from "./table.ts";

describe("formatTable", () => {
  it("aligns columns whatever their colours and widths", () => {
    const paint = createPaint(true);

    const table = formatTable([
      ["a", "b", "c"],
      [paint.red("long"), "日本", "c"],
      ["e\u0301", "xyzw", ""],
    ]);

    expect(plain(table)).toBe("a     b     c\nlong  日本  c\ne\u0301     xyzw");
  });
});

describe("wantsColor", () => {
  it.each([
    { stream: { isTTY: true }, env: {}, flag: undefined, wants: true },
    { stream: {}, env: {}, flag: undefined, wants: false },
    { stream: { isTTY: true }, env: { NO_COLOR: "1" }, flag: undefined, wants: false },
    { stream: { isTTY: true }, env: { NO_COLOR: "" }, flag: undefined, wants: true },
    { stream: { isTTY: true }, env: { TERM: "dumb" }, flag: undefined, wants: false },
    { stream: {}, env: { FORCE_COLOR: "1" }, flag: undefined, wants: true },
    { stream: { isTTY: true }, env: { FORCE_COLOR: "0" }, flag: undefined, wants: false },
    { stream: {}, env: { NO_COLOR: "1" }, flag: true, wants: true },
    { stream: { isTTY: true }, env: {}, flag: false, wants: false },
  ])("of $stream with $env and the flag $flag is $wants", ({ stream, env, flag, wants }) => {
    expect(wantsColor(stream, env, flag)).toBe(wants);
  });
});
