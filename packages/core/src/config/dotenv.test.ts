import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseDotenv } from "./dotenv.ts";

function valuesOf(text: string): Record<string, string> {
  return { ...parseDotenv({ file: ".env", text }).values };
}

describe("parseDotenv", () => {
  it.each([
    ["A=1", { A: "1" }],
    ["A = 1 # one", { A: "1" }],
    ["A=a#b", { A: "a#b" }],
    ["A=#", { A: "" }],
    ["A=", { A: "" }],
    ["export A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["# A=1\n\n  B=2  ", { B: "2" }],
    ["A='x # ${Y} \\n'", { A: "x # ${Y} \\n" }],
    ['A="x\\ty\\n\\"z\\" \\$"', { A: 'x\ty\n"z" $' }],
    ['A="one\ntwo" # rest\nB=3', { A: "one\ntwo", B: "3" }],
    ["A='one\ntwo'", { A: "one\ntwo" }],
    ["A=1\nA=2", { A: "2" }],
    ["A=${B}", { A: "${B}" }],
    ["A=`it's`", { A: "it's" }],
    ["A=a=b=c", { A: "a=b=c" }],
  ])("reads %j", (text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
  });

  it("reports lines that are none, and reads on", () => {
    const { values, errors } = parseDotenv({ file: ".env", text: "A=1\nnonsense here\nB=2\nC='open" });

    expect({ ...values }).toEqual({ A: "1", B: "2" });
    expect(errors.map(({ code, where }) => `${code} ${where?.line}:${where?.column}`)).toEqual([
      "BW_FILE_SYNTAX 2:1",
      "BW_FILE_SYNTAX 4:1",
    ]);
  });

  it("ends on any text", () => {
    const text = fc
      .array(fc.constantFrom("A", "=", "'", '"', "\n", "\r", "#", " ", "\\", "export "), { maxLength: 40 })
      .map((parts) => parts.join(""));

    fc.assert(fc.property(text, (value) => expect(parseDotenv({ file: ".env", text: value }).errors).toBeDefined()));
  });
});
