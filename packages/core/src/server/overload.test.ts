import { describe, expect, it } from "@jest/globals";
import type { LogFields } from "../logger.ts";
import { silentLogger } from "../logger.ts";
import type { Generation } from "../pipeline/generation.ts";
import { startApp } from "../testing.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { FakeClock } from "./fake-clock.ts";
import type { LoopReading } from "./loop-probe.ts";
import { OverloadGuard } from "./overload.ts";

const settings = { utilizationRatio: 0.95, delayMs: 200 };
const quick: LoopReading = { utilizationRatio: 0.2, delayMs: 3, meanDelayMs: 1 };
const slow: LoopReading = { utilizationRatio: 1, delayMs: 310, meanDelayMs: 290 };

interface Rig {
  readonly guard: OverloadGuard;
  readonly clock: FakeClock;
  readonly lines: [string, LogFields | undefined][];
  /** Lets half a second go by in which the loop did like this. */
  pass(...readings: LoopReading[]): Promise<void>;
  refusing(): boolean | undefined;
  readonly open: () => number;
}

function createRig(): Rig {
  const clock = createFakeClock();
  const lines: Rig["lines"] = [];
  let next = quick;
  let open = 0;
  const guard = new OverloadGuard({
    clock,
    scheduler: clock,
    logger: () => ({ ...silentLogger, warn: (message, fields) => void lines.push([message, fields]) }),
    openProbe() {
      open += 1;
      return { read: () => next, close: () => void (open -= 1) };
    },
  });
  guard.follow(settings);
  return {
    guard,
    clock,
    lines,
    open: () => open,
    refusing: () => guard.status?.refusing,
    async pass(...readings) {
      for (const reading of readings) {
        next = reading;
        await clock.advance(500);
      }
    },
  };
}

describe("OverloadGuard", () => {
  it("refuses once timers have been late for a second, until they are not", async () => {
    const rig = createRig();

    await rig.pass(slow);
    const first = rig.refusing();
    await rig.pass(slow);
    const second = rig.refusing();
    await rig.pass(quick);

    expect([first, second, rig.refusing()]).toEqual([false, true, false]);
  });

  it("does not mind one slow call", async () => {
    const rig = createRig();

    await rig.pass(quick, { ...slow, delayMs: 5000 }, quick, slow, quick);

    expect([rig.refusing(), rig.lines]).toEqual([false, []]);
  });

  it("does not mind a loop that is busy and quick", async () => {
    const rig = createRig();
    const used: LoopReading = { utilizationRatio: 1, delayMs: 60, meanDelayMs: 30 };

    await rig.pass(used, used, used, used);

    expect(rig.refusing()).toBe(false);
  });

  it("refuses when the loop is busy and everything waits", async () => {
    const rig = createRig();
    const queueing: LoopReading = { utilizationRatio: 0.97, delayMs: 150, meanDelayMs: 120 };

    await rig.pass(queueing, queueing);

    expect(rig.refusing()).toBe(true);
  });

  it("says in the log when it began and when it ended", async () => {
    const rig = createRig();

    await rig.pass(slow, slow, slow, slow, quick, quick);

    expect(rig.lines).toEqual([
      ["overloaded: requests are refused with 503", { utilization: 1, delayMs: 310, meanDelayMs: 290 }],
      ["no longer overloaded", { refused: 0, durationMs: 1500 }],
    ]);
  });

  it("watches nothing without settings, and lets go of what it watched", async () => {
    const rig = createRig();
    await rig.pass(slow, slow);

    rig.guard.follow(undefined);

    expect([rig.open(), rig.clock.pending, rig.guard.status]).toEqual([0, 0, undefined]);
    expect(rig.lines.at(-1)?.[0]).toBe("no longer overloaded");
  });

  it("begins anew with other settings", async () => {
    const rig = createRig();

    rig.guard.follow({ utilizationRatio: 0.95, delayMs: 1000 });
    await rig.pass(slow, slow);

    expect([rig.open(), rig.refusing()]).toEqual([1, false]);
  });
});

describe("a server", () => {
  it("watches its loop unless that is switched off", async () => {
    await using on = await startApp({ yaml: "name: shop\nendpoints: {}", control: true });
    await using off = await startApp({ yaml: "name: shop\nendpoints: {}\nserver: { overload: false }", control: true });
    const overloadOf = async ({ control }: typeof on): Promise<unknown> => {
      const headers = { authorization: `Bearer ${control?.token}` };
      const response = await fetch(`${control?.url}/__backworks/status`, { headers });
      return ((await response.json()) as Record<string, unknown>)["overload"];
    };

    expect(await overloadOf(on)).toEqual({
      refusing: false,
      refused: 0,
      utilizationRatio: 0,
      delayMs: 0,
      meanDelayMs: 0,
    });
    expect(await overloadOf(off)).toBeUndefined();
    expect((on.app.server satisfies Generation["app"]["server"]).overload).toEqual(settings);
  });
});
