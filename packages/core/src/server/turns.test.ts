import { describe, expect, it } from "@jest/globals";
import { createTurns } from "./turns.ts";

describe("createTurns", () => {
  it("runs every task in order, and none at once", async () => {
    const inTurn = createTurns();
    const done: number[] = [];

    for (let task = 0; task < 3; task += 1) inTurn(() => done.push(task));
    const atOnce = [...done];
    while (done.length < 3) await new Promise(setImmediate);
    inTurn(() => done.push(3));
    while (done.length < 4) await new Promise(setImmediate);

    expect([atOnce, done]).toEqual([[], [0, 1, 2, 3]]);
  });

  it("gives way between tasks that take long", async () => {
    const inTurn = createTurns();
    const done: string[] = [];
    const work = (): void => {
      const until = performance.now() + 6;
      while (performance.now() < until);
      done.push("task");
    };

    inTurn(work);
    inTurn(work);
    setImmediate(() => done.push("other"));
    while (done.length < 3) await new Promise(setImmediate);

    expect(done).toEqual(["task", "other", "task"]);
  });
});
