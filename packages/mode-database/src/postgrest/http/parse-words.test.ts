import { expect, it } from "@jest/globals";
import { stopWords } from "./parse-words.ts";

const stops = [
  ["order", "price.up", 6, 6, 'unexpected "u" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
  ["order", "price.az", 6, 6, 'unexpected "z" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
  ["order", "price.ascending", 6, 9, "unexpected 'e' expecting delimiter (.), \",\" or end of input"],
  ["order", "price.asc.last", 10, 10, 'unexpected "l" expecting "nullsfirst" or "nullslast"'],
  ["order", "price.nullslastly", 6, 15, "unexpected 'l' expecting \",\" or end of input"],
  ["order", "price.", 6, 6, 'unexpected end of input expecting "asc", "desc", "nullsfirst" or "nullslast"'],
  ["filter", "7", 0, 0, 'unexpected "7" expecting "not" or operator (eq, gt, ...)'],
  ["filter", "not.7", 4, 4, 'unexpected "7" expecting operator (eq, gt, ...)'],
  ["logic tree", "", 0, 0, 'unexpected end of input expecting "("'],
  ["logic tree", "(orders(a.eq.1))", 7, 3, 'unexpected "d" expecting "("'],
  ["logic tree", "(not.xor(a.eq.1))", 5, 5, 'unexpected "x" expecting logic operator (and, or)'],
  ["logic tree", "(a.of.1)", 3, 3, 'unexpected "o" expecting "not" or operator (eq, gt, ...)'],
  ["select parameter", "data->)", 6, 6, expect.stringContaining('unexpected ")" expecting "-", digit or')],
  ["select parameter", "data->>--1", 8, 8, 'unexpected "-" expecting digit'],
] as const;

it.each(
  stops.map(
    ([kind, text, position, at, details]) =>
      [
        { kind, text, position },
        { position: at, details },
      ] as const,
  ),
)("tells of %j what stands in the way", (stop, words) => {
  expect(stopWords(stop)).toEqual(words);
});

it("has no words of its own for what it does not know", () => {
  expect(stopWords({ kind: "select parameter", text: "a,,b", position: 2 })).toBeUndefined();
  expect(stopWords({ kind: "order", text: "a;b", position: 1 })).toBeUndefined();
});
