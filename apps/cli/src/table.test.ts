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
    [{ isTTY: true }, {}, undefined, true],
    [{}, {}, undefined, false],
    [{ isTTY: true }, { NO_COLOR: "1" }, undefined, false],
    [{ isTTY: true }, { NO_COLOR: "" }, undefined, true],
    [{ isTTY: true }, { TERM: "dumb" }, undefined, false],
    [{}, { FORCE_COLOR: "1" }, undefined, true],
    [{ isTTY: true }, { FORCE_COLOR: "0" }, undefined, false],
    [{}, { NO_COLOR: "1" }, true, true],
    [{ isTTY: true }, {}, false, false],
  ])("of %j with %j and the flag %j is %j", (stream, env, ...[flag, expected]) => {
    expect(wantsColor(stream, env, flag)).toBe(expected);
  });
});
