import { describe, expect, it } from "@jest/globals";
import { toJsonText } from "./json-text.ts";

describe("the JSON of what is to be sent", () => {
  class Money {
    readonly #amount = 1;

    get amount(): number {
      return this.#amount;
    }
  }

  it.each([
    [{ a: undefined, b: {}, c: [] }, '{"b":{},"c":[]}'],
    [Object.create(null), "{}"],
    [new Money(), "{}"],
    [{ at: new Date(0), url: new URL("http://a/"), bytes: Buffer.from("A"), empty: {} }, undefined],
    [["{}"], '["{}"]'],
    [{ toJSON: () => ({}) }, "{}"],
    // What JSON says of an error that says something itself is its own business.
    [{ failed: Object.assign(new Error("x"), { code: "E" }), empty: {} }, '{"failed":{"code":"E"},"empty":{}}'],
  ])("is what JSON says: %#", (value, text) => {
    expect(toJsonText(value, "it")).toBe(text ?? JSON.stringify(value));
  });

  it.each([
    [
      new Map([["a", 1]]),
      "it is of the kind Map, of which JSON has nothing",
      "give Object.fromEntries() or [...] of it",
    ],
    [
      { users: [{ tags: new Set() }] },
      "users.0.tags of it is of the kind Set, of which JSON has nothing",
      "give [...] of it",
    ],
    [{ user: Promise.resolve(1) }, "user of it is of the kind Promise, of which JSON has nothing", "await it"],
    [{ error: new TypeError("no") }, /^error of it is of the kind Error/, undefined],
    [
      Object.assign(new Error("no"), { code: "E" }),
      /^it is of the kind Error/,
      "throw it, or give what clients may know of it",
    ],
    [new Headers({ a: "1" }), /kind Headers/, undefined],
    [new Request("http://a/"), /kind Request/, undefined],
    [new Blob(["x"]), /kind Blob/, undefined],
    [[1][Symbol.iterator](), /kind Array Iterator/, undefined],
    [{ all: (function* () {})() }, /^all of it is of the kind Generator/, undefined],
    [/x/, /kind RegExp/, undefined],
    [new WeakMap(), /kind WeakMap/, undefined],
    [() => 1, "it has no JSON form: it is a function", undefined],
    [1n, /^it has no JSON form: .*BigInt/, undefined],
  ])("is refused where nothing would be left: %#", (value, problem, hint: string | undefined) => {
    const message = expect.stringMatching(problem);

    expect(() => toJsonText(value, "it")).toThrow(
      expect.objectContaining({ message, ...(hint !== undefined && { hint }) }),
    );
  });

  it("names a circle by its first line, and survives what throws when it is looked at", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const trap = {
      empty: {},
      other: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("trapped");
          },
        },
      ),
    };

    expect(() => toJsonText(circle, "it")).toThrow(/^it has no JSON form: Converting circular structure to JSON$/);
    expect(() => toJsonText(trap, "it")).toThrow("it has no JSON form: trapped");
  });
});
