import { describe, expect, it } from "@jest/globals";
import type { Shared } from "../processes.ts";
import { Topics } from "./topics.ts";

const speaker = (): Shared => ({ totals: () => ({}), present: () => undefined });

describe("topics", () => {
  it("are spoken for by the one that came last, and by the one before when that ends", () => {
    const topics = new Topics();
    const [first, second] = [speaker(), speaker()];
    topics.add("a", first);
    topics.add("a", second);
    expect(topics.find("a")).toBe(second);

    topics.remove("a", second);
    expect(topics.find("a")).toBe(first);
    topics.remove("a", first);

    expect([topics.find("a"), topics.names]).toEqual([undefined, []]);
  });

  it("go on with the later one when the earlier ends first", () => {
    const topics = new Topics();
    const [first, second] = [speaker(), speaker()];
    topics.add("a", first);
    topics.add("a", second);

    topics.remove("a", first);

    expect([topics.find("a"), topics.names]).toEqual([second, ["a"]]);
  });
});
