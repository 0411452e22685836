import { describe, expect, it } from "@jest/globals";
import { parseByteRange } from "./byte-range.ts";
import { isNotModified } from "./conditions.ts";
import { parseDirectives } from "./directives.ts";
import { normalField } from "./normal-field.ts";
import { parseTargeted } from "./targeted.ts";

const long = 60_000;
const validators = { etag: '"a"', lastModified: undefined, madeMs: 0 };

/** Ways to have something read over and over. */
const texts: readonly (readonly [string, string])[] = [
  ["spaces within", `a${" ".repeat(long)}b`],
  ["spaces behind a unit", `bytes=${" ".repeat(long)}x`],
  ["commas", ",".repeat(long)],
  ["semicolons", ";".repeat(long)],
  ["quotes", '"'.repeat(long + 1)],
  ["quotes that nothing closes", `"${'\\"'.repeat(long / 2)}`],
  ["parameters", `a${"; a=1".repeat(long / 6)}!`],
  ["a list that nothing closes", `a=(${"1 ".repeat(long / 2)}`],
  ["a long name", "a".repeat(long)],
  ["a long number", `max-age=${"9".repeat(long)}`],
];

const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ["directives", parseDirectives],
  ["targeted directives", parseTargeted],
  ["a range", (text) => parseByteRange(text, 10)],
  ["a list of tags", (text) => isNotModified({ "if-none-match": text }, validators)],
  ["languages", (text) => normalField("accept-language", text)],
  ["codings", (text) => normalField("accept-encoding", text)],
  ["media types", (text) => normalField("accept", text)],
  ["any field", (text) => normalField("x-any", text)],
];

describe.each(readers)("%s", (_what, read) => {
  it.each(texts)("are read in one pass: %s", (_of, text) => {
    const before = process.cpuUsage();

    read(text);

    // Over and over is seconds. Of the processor: the machine may be busy.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
