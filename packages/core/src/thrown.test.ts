import { describe, expect, it } from "@jest/globals";
import { describeThrown } from "./thrown.ts";

describe("describeThrown", () => {
  it("reads an error and its causes", () => {
    const cause = Object.assign(new TypeError("inner"), { code: "EINNER" });

    const facts = describeThrown(new Error("outer", { cause }));

    expect(facts).toMatchObject({
      name: "Error",
      message: "outer",
      code: undefined,
      cause: { name: "TypeError", message: "inner", code: "EINNER", cause: undefined },
    });
    expect(facts.stack).toContain("thrown.test");
  });

  it.each<[unknown, string]>([
    ["text", "text"],
    [undefined, "undefined"],
    [null, "null"],
    [7n, "7"],
    [Symbol("s"), "Symbol(s)"],
    [{ a: 1 }, '{"a":1}'],
    [{ message: "like an error" }, "like an error"],
    [Object.create(null), "{}"],
    [{ toJSON: () => undefined }, "something that cannot be shown"],
  ])("says what %p is", (thrown, message) => {
    expect(describeThrown(thrown).message).toBe(message);
  });

  it("cuts what is long and ends what has no end", () => {
    const error = new Error("x".repeat(1e6));
    error.cause = error;

    const text = JSON.stringify(describeThrown(error));

    expect(text.length).toBeLessThan(100_000);
  });

  it("runs into nothing that throws", () => {
    const trap = new Proxy(
      {},
      {
        get() {
          throw new Error("do not look");
        },
      },
    );
    const proxy = new Proxy(new Error("x"), trap);

    expect(describeThrown(proxy).message).toBe("something that cannot be shown");
  });
});
