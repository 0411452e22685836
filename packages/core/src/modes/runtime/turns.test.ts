import { describe, expect, it } from "@jest/globals";
import { createTurns } from "./turns.ts";

describe("turns", () => {
  it("let no more tasks run at a time than they may, in order, those that fail too", async () => {
    const turns = createTurns(2);
    const ends: (() => void)[] = [];
    const began: number[] = [];
    const task = (number: number) => async (): Promise<number> => {
      began.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 0) throw new Error("no");
      return number;
    };
    const all = Promise.allSettled([0, 1, 2, 3].map((number) => turns.take(task(number))));
    const next = async (): Promise<void> => {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    };

    const first = [...began];
    await next();
    const second = [...began];
    for (let count = 0; count < 3; count += 1) await next();

    expect([first, second]).toEqual([
      [0, 1],
      [0, 1, 2],
    ]);
    expect((await all).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
  });
});
