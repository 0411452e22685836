import { describe, expect, it } from "@jest/globals";
import { Registry } from "./registry.ts";

function createThings() {
  const events: string[] = [];
  const open = (name: string) => () => {
    events.push(`open ${name}`);
    return { name, close: () => void events.push(`close ${name}`) };
  };
  return { events, open };
}

describe("a registry", () => {
  it("gives the same thing to all who ask for a key, and closes it after the last", async () => {
    const { events, open } = createThings();
    const registry = new Registry();
    const [one, two] = [{}, {}];

    const first = registry.acquire("a", one, open("a"));
    const second = registry.acquire("a", two, open("again"));
    registry.acquire("a", two, open("again"));
    await registry.release(one);
    const between = [...events];
    await registry.release(two);

    expect(first).toBe(second);
    expect([between, events]).toEqual([["open a"], ["open a", "close a"]]);
    expect(registry.keys).toEqual([]);
  });

  it("opens a key anew after its end", async () => {
    const { events, open } = createThings();
    const registry = new Registry();
    const holder = {};
    registry.acquire("a", holder, open("a"));
    await registry.release(holder);
    registry.acquire("a", holder, open("b"));

    expect(events).toEqual(["open a", "close a", "open b"]);
  });

  it("ends what is left when it is closed", async () => {
    const { events, open } = createThings();
    const registry = new Registry();
    registry.acquire("a", {}, open("a"));
    registry.acquire("b", {}, open("b"));

    await registry.close();

    expect(events.slice(2).toSorted()).toEqual(["close a", "close b"]);
  });

  it("numbers what has no text", () => {
    const registry = new Registry();
    const [one, two] = [{}, {}];

    expect([one, two, one, undefined].map((part) => registry.numberOf(part))).toEqual([1, 2, 1, 0]);
  });
});
