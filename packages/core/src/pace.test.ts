import { describe, expect, it } from "@jest/globals";
import { createPace, noPace } from "./pace.ts";

/** Work by a clock of its own; `turn` is told the time and says how long a turn of the loop takes. */
function createWork(turn: (now: number) => number): { go(ms: number): Promise<void> } {
  let now = 0;
  const pace = createPace({
    now: () => now,
    turn: async () => {
      now += turn(now);
    },
  });
  return {
    async go(ms) {
      now += ms;
      await pace();
    },
  };
}

describe("createPace", () => {
  it("gives way once a millisecond of work has gone by, and begins anew behind the turn", async () => {
    const turns: number[] = [];
    const work = createWork((now) => (turns.push(now) > 0 ? 0 : 20));

    for (let step = 0; step < 10; step += 1) await work.go(0.25);

    expect(turns).toEqual([1, 2]);
  });

  it("gives way for as long as others have something to do, and goes on under any load", async () => {
    const turns: number[] = [];
    const work = createWork((now) => (turns.push(now) === 3 ? 0 : 20));

    await work.go(1);
    expect(turns).toEqual([1, 21, 41]);

    await work.go(1);
    expect(turns).toHaveLength(8);
  });

  it("lets what waits for the event loop run before it goes on", async () => {
    let now = 0;
    let others = 0;
    const pace = createPace({ now: () => (now += 5) });
    setImmediate(() => (others += 1));

    await pace();

    expect(others).toBe(1);
  });
});

describe("noPace", () => {
  it("never gives way", () => {
    expect(noPace()).toBeUndefined();
  });
});
