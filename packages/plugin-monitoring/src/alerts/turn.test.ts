import { describe, expect, it } from "@jest/globals";
import { createTurn } from "./turn.ts";

describe("turns", () => {
  it("are those of the one that began last, and go back when it ends", () => {
    const running: object[] = [];
    const [first, second] = [createTurn(running), createTurn(running)];
    first.begin();
    second.begin();
    expect([first.isOurs(), second.isOurs()]).toEqual([false, true]);

    second.end();
    expect(first.isOurs()).toBe(true);
    first.end();

    expect([first.isOurs(), running]).toEqual([false, []]);
  });
});
