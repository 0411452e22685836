import { expect, it } from "@jest/globals";
import { lineDiff } from "./line-diff.ts";

it.each([
  ["a\nb\nc\n", "a\nB\nc\n", ["  a", "- b", "+ B", "  c"]],
  ["", "a\nb\n", ["+ a", "+ b"]],
  ["1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\n5\n6\n7\nx\n", ["…", "  6", "  7", "- 8", "+ x"]],
  ["x\n1\n2\n3\n4\n5\n6\ny\n", "1\n2\n3\n4\n5\n6\n", ["- x", "  1", "  2", "…", "  5", "  6", "- y"]],
  ["a\n", "a\n", []],
])("shows what changes between %j and %j", (before, after, lines) => {
  expect(lineDiff(before, after)).toEqual(lines);
});
