import { describe, expect, it } from "@jest/globals";
import { createBatch } from "./batch.ts";

/** Runs `task` in a turn of the loop that nothing else has to do with. */
function inTurn(task: () => void): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      task();
      resolve();
    }, 1);
  });
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Keeps what is written; its clock stands still until it is set. */
function create() {
  const written: number[] = [];
  let ms = 1000;
  const clock = { now: () => ms, monotonic: () => ms };
  const put = createBatch((item: number) => void written.push(item), clock);
  return { written, put, clock, pass: (passedMs: number) => void (ms += passedMs) };
}

describe("createBatch", () => {
  it("writes the first of a turn at once and the others at the end of it", async () => {
    const { written, put } = create();
    let before: number[] = [];

    await inTurn(() => {
      for (const item of [1, 2, 3]) put(item);
      before = [...written];
    });
    await nextTurn();

    expect(before).toEqual([1]);
    expect(written).toEqual([1, 2, 3]);
  });

  it("writes what comes alone at once, turn after turn", async () => {
    const { written, put } = create();
    const before: number[] = [];

    for (const item of [1, 2, 3]) {
      await inTurn(() => {
        put(item);
        before.push(written.length);
      });
    }

    expect(before).toEqual([1, 2, 3]);
  });

  it("holds nothing back for longer than a millisecond of work", async () => {
    const { written, put, pass } = create();
    const before: number[] = [];

    await inTurn(() => {
      put(1);
      put(2);
      pass(0.9);
      put(3);
      before.push(written.length);
      pass(0.1);
      put(4);
      before.push(written.length);
    });
    await nextTurn();

    expect(before).toEqual([1, 4]);
    expect(written).toEqual([1, 2, 3, 4]);
  });

  it("writes what comes while it writes", async () => {
    const { written, clock } = create();
    const put = createBatch((item: number) => {
      written.push(item);
      if (item === 2) put(3);
    }, clock);

    await inTurn(() => {
      put(1);
      put(2);
    });
    await nextTurn();
    await nextTurn();

    expect(written).toEqual([1, 2, 3]);
  });
});
