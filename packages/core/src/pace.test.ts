import { describe, expect, it } from "@jest/globals";
import { createPace, noPace } from "./pace.ts";

/** Work by a clock of its own, that says when it gave way and for how long it rested. */
function createWork(): { events: string[]; go(ms: number): Promise<void>; ask(): void; pass(ms: number): void } {
  const events: string[] = [];
  let now = 0;
  let asked = 0;
  const pace = createPace({
    arrivals: () => asked,
    now: () => now,
    turn: async () => void events.push(`turn at ${now}`),
    sleep: async (ms) => {
      events.push(`rest ${ms}`);
      now += ms;
    },
  });
  return {
    events,
    go: async (ms) => {
      now += ms;
      await pace();
    },
    ask: () => void (asked += 1),
    pass: (ms) => void (now += ms),
  };
}

describe("createPace", () => {
  it("gives way once a quarter of a millisecond of work has gone by, and begins anew behind the turn", async () => {
    const work = createWork();

    for (let step = 0; step < 8; step += 1) await work.go(0.0625);

    expect(work.events).toEqual(["turn at 0.25", "turn at 0.5"]);
  });

  it("rests in proportion to its work when a request has come", async () => {
    const work = createWork();

    work.ask();
    await work.go(0.5);
    await work.go(2);

    expect(work.events).toEqual(["turn at 0.5", "rest 4", "turn at 4.5", "turn at 6.5", "rest 16", "turn at 22.5"]);
  });

  it("rests five times as long once it has taken 8 ms", async () => {
    const work = createWork();

    work.ask();
    await work.go(7.5);
    work.ask();
    await work.go(0.5);

    expect(work.events).toEqual(["turn at 7.5", "rest 60", "turn at 67.5", "turn at 68", "rest 20", "turn at 88"]);
  });

  it("rests less again once it has taken 100 ms", async () => {
    const work = createWork();
    for (let step = 0; step < 25; step += 1) await work.go(4);
    work.events.length = 0;

    work.ask();
    await work.go(1);

    expect(work.events).toEqual(["turn at 101", "rest 8", "turn at 109"]);
  });

  it("does not take for work what it only waited for", async () => {
    const work = createWork();

    work.ask();
    await work.go(3000);

    expect(work.events).toEqual(["turn at 3000", "rest 160", "turn at 3160"]);
  });

  it("rests no more when no request has come for 50 ms", async () => {
    const work = createWork();
    work.ask();
    await work.go(1);
    work.events.length = 0;

    work.pass(50);
    await work.go(1);

    expect(work.events).toEqual(["turn at 60"]);
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
