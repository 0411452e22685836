import { describe, expect, it } from "@jest/globals";
import { createWholeLines } from "./whole-lines.ts";

function collect(chunks: readonly string[]): string[] {
  const got: string[] = [];
  const lines = createWholeLines((bytes) => got.push(Buffer.from(bytes).toString("utf8")));
  for (const chunk of chunks) lines.write(Buffer.from(chunk));
  return got;
}

describe("whole lines", () => {
  it("passes on what ends with a line end as it came", () => {
    expect(collect(["one\ntwo\n", "three\n"])).toEqual(["one\ntwo\n", "three\n"]);
  });

  it("keeps the beginning of a line until its end is there", () => {
    expect(collect(["one\ntw", "o", "\nthr"])).toEqual(["one\n", "two\n"]);
  });

  it("passes a line of 8 KB on in one piece, however it came", () => {
    const line = `${"x".repeat(8192)}\n`;

    expect(collect([line.slice(0, 4096), line.slice(4096, 8000), line.slice(8000)])).toEqual([line]);
  });
});
