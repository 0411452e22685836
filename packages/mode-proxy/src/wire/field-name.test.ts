import { describe, expect, it } from "@jest/globals";
import { toFieldName } from "./field-name.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("toFieldName", () => {
  it.each([
    ["text", "X-One"],
    ["bytes", bytes("X-One")],
  ])("gives a name that came as %s in lower case, each time", (_form, part) => {
    expect([toFieldName(part), toFieldName(part)]).toMatchObject([
      { text: "x-one", isHopByHop: false },
      { text: "x-one", isHopByHop: false },
    ]);
  });

  it("knows what concerns one connection only", () => {
    const names = ["Keep-Alive", "keep-alive", "Content-Length"];

    expect(names.map((name) => toFieldName(bytes(name)).isHopByHop)).toEqual([true, true, false]);
  });

  it("tells names apart that have one hash", () => {
    // 31 * 65 + 97 = 31 * 66 + 66
    expect(["Aa", "BB", "Aa"].map((name) => toFieldName(bytes(name)).text)).toEqual(["aa", "bb", "aa"]);
  });

  it("does not go by bytes that were changed since", () => {
    const part = bytes("x-first");
    toFieldName(part);
    part.set(bytes("x-other"));

    expect([toFieldName(bytes("x-first")).text, toFieldName(part).text]).toEqual(["x-first", "x-other"]);
  });

  it("is right about more names than it keeps, and about long ones", () => {
    const names = Array.from({ length: 600 }, (_, index) => `x-${index}-${"y".repeat(index % 90)}`);

    expect([...names, ...names].filter((name) => toFieldName(bytes(name.toUpperCase())).text !== name)).toEqual([]);
  });
});
