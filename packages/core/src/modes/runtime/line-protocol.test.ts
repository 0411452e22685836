import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createLineReader } from "./guest/lines.ts";
import { fromLine, toLine } from "./line-protocol.ts";

const bytes = fc.uint8Array().map((array) => Buffer.from(array));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    bytes,
    fc.array(tie("tree"), { maxLength: 3 }),
  ),
}));

describe("a message as a line", () => {
  it("comes back as it was, bytes included", () => {
    fc.assert(
      fc.property(fc.integer(), bytes, tree, (id, body, value) => {
        for (const message of [
          { id, status: 200, body },
          { id, chunk: body },
          { reply: id, value },
          { ask: id, args: [value] },
          { id, request: { body } },
        ]) {
          expect(fromLine(toLine(message))).toEqual(message);
        }
      }),
    );
  });

  it("does not take data of a client for bytes", () => {
    const message = { id: 1, request: { body: { $base64: "QQ==" } } };

    expect(fromLine(toLine(message))).toEqual(message);
  });

  it.each(["", "5", "null", "[1]", "{", '"x"'])("is none when it is %j", (line) => {
    expect(() => fromLine(line)).toThrow(SyntaxError);
  });
});

describe("a reader of lines", () => {
  it("passes on whole lines, however they come in parts", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((text) => !text.includes("\n")),
          { minLength: 1 },
        ),
        fc.array(fc.nat({ max: 50 })),
        (lines, cuts) => {
          const seen: string[] = [];
          const reader = createLineReader((line) => seen.push(line), { longest: 1e6, tooLong: () => {} });
          let rest: Buffer = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          for (const cut of cuts) {
            reader.push(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          reader.push(rest);

          expect(seen).toEqual(lines.map((line) => Buffer.from(line).toString("utf8")));
        },
      ),
    );
  });

  it("says once that a line is too long, and reads no further", () => {
    let told = 0;
    const seen: string[] = [];
    const reader = createLineReader((line) => seen.push(line), { longest: 10, tooLong: () => void (told += 1) });

    for (let part = 0; part < 5; part += 1) reader.push(Buffer.from("xxxxx"));
    reader.push(Buffer.from("\nnext\n"));

    expect([told, seen]).toEqual([1, []]);
  });
});
