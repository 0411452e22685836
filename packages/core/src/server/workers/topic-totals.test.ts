import { describe, expect, it } from "@jest/globals";
import type { Totals } from "../../processes.ts";
import { TopicTotals } from "./topic-totals.ts";

/** One table of two numbers for each key. */
function totals(rows: Readonly<Record<string, readonly [number, number]>>, table = "requests"): Totals {
  return { [table]: { keys: Object.keys(rows), numbers: Float64Array.from(Object.values(rows).flat()) } };
}

function rowsOf(topic: TopicTotals, table = "requests"): Record<string, readonly number[]> {
  const { keys = [], numbers = new Float64Array() } = topic.sum()[table] ?? {};
  return Object.fromEntries(keys.map((key, index) => [key, [...numbers.subarray(index * 2, index * 2 + 2)]]));
}

describe("the totals of a topic", () => {
  it("are sums over processes, by key", () => {
    const topic = new TopicTotals();
    topic.take(1, totals({ a: [1, 10], b: [2, 20] }));
    topic.take(2, totals({ b: [3, 30], c: [4, 40] }));

    expect(rowsOf(topic)).toEqual({ a: [1, 10], b: [5, 50], c: [4, 40] });
  });

  it("take what a process tells in the place of what it told before", () => {
    const topic = new TopicTotals();
    topic.take(1, totals({ a: [1, 1] }));
    topic.take(1, totals({ a: [5, 6] }));

    expect(rowsOf(topic)).toEqual({ a: [5, 6] });
  });

  it("keep what was counted by processes that ended", () => {
    const topic = new TopicTotals();
    topic.take(1, totals({ a: [7, 1] }));
    topic.take(2, totals({ a: [1, 1] }));
    topic.end(1);
    topic.end(1);
    topic.end(9);
    topic.take(3, totals({ a: [2, 2] }));
    topic.end(2);

    expect(rowsOf(topic)).toEqual({ a: [10, 4] });
  });

  it("do not mix a table with one of another shape", () => {
    const topic = new TopicTotals();
    topic.take(1, totals({ a: [1, 2] }));
    topic.take(2, { requests: { keys: ["a"], numbers: Float64Array.of(9) } });
    topic.take(3, { requests: { keys: [], numbers: new Float64Array() } });

    expect(rowsOf(topic)).toEqual({ a: [1, 2] });
  });
});
