import { describe, expect, it } from "@jest/globals";
import { createFakeClock, silentLogger } from "@backworks/core/testing";
import type { FakeClock } from "@backworks/core/testing";
import type { Redis } from "ioredis";
import { RedisLink } from "./redis-link.ts";

const timeoutMs = 50;

async function startLink(): Promise<{ readonly link: RedisLink; readonly clock: FakeClock }> {
  const clock = createFakeClock();
  // As much of a client as the link uses.
  const client = { on() {}, disconnect() {}, connect: async () => {}, ping: async () => "PONG" } as unknown as Redis;
  const parts = { client, timeoutMs, clock, scheduler: clock, logger: silentLogger, onReturn: async () => {} };
  const link = new RedisLink(parts);
  await link.start();
  return { link, clock };
}

/** A command that is answered after so long. */
function after(clock: FakeClock, delayMs: number): () => Promise<string> {
  return () => new Promise((resolve) => void clock.after(delayMs, () => resolve("answer")));
}

describe("a link to Redis", () => {
  it("holds a request up for no longer than its time in all, and finds Redis no worse for what was left of it", async () => {
    const { link, clock } = await startLink();
    const untilMs = clock.monotonic() + timeoutMs;

    const first = link.run(after(clock, 30), untilMs);
    await clock.advance(30);
    const second = link.run(after(clock, 30), untilMs);
    await clock.advance(20);
    const third = link.run(after(clock, 0), untilMs);

    expect(await first).toBe("answer");
    expect(await second).toBeUndefined();
    expect(third).toBeUndefined();
    expect([link.isAway, link.failures]).toEqual([false, 0]);
  });

  it.each([
    ["all of its time", 0],
    ["most of its time", 20],
  ])("is away when a command gets no answer in %s, and asks nothing then", async (_what, spentMs) => {
    const { link, clock } = await startLink();
    const untilMs = clock.monotonic() + timeoutMs;
    await clock.advance(spentMs);

    const late = link.run(after(clock, 1000), untilMs);
    await clock.advance(timeoutMs - spentMs);

    expect(await late).toBeUndefined();
    expect([link.isAway, link.failures]).toEqual([true, 1]);
    expect(link.run(() => Promise.reject(new Error("asked")))).toBeUndefined();
  });

  it("takes what came in time, also when this process was too busy to read it before", async () => {
    const { link, clock } = await startLink();
    let reply: (answer: string) => void = () => {};

    const asked = link.run(() => new Promise<string>((resolve) => (reply = resolve)));
    // As a socket is read: behind the timers of a turn of the event loop.
    setImmediate(() => reply("answer"));
    await clock.advance(timeoutMs);

    expect(await asked).toBe("answer");
    expect(link.isAway).toBe(false);
  });

  it("is there again when it answers a probe", async () => {
    const { link, clock } = await startLink();
    const failing = link.run(() => Promise.reject(new Error("broken")));
    await failing;
    const away = link.isAway;

    await clock.advance(200);

    expect([away, link.isAway, link.lastError]).toEqual([true, false, "broken"]);
  });
});
