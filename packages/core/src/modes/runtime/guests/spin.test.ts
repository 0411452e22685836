import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { Spin } from "./spin.ts";

/** A clock that stands still until it is set. */
function createClock() {
  let ms = 1000;
  return { now: () => ms, monotonic: () => ms, pass: (passedMs: number) => void (ms += passedMs) };
}

/** Whether the event loop turns thousands of times a second though nothing is to be done. */
async function isAwake(): Promise<boolean> {
  const turns = (): number => performance.nodeTiming.uvMetricsInfo.loopCount;
  const before = turns();
  for (let ms = 0; ms < 300 && turns() - before < 500; ms += 10) await sleep(10);
  return turns() - before >= 500;
}

function create(processors = 2) {
  const clock = createClock();
  return { clock, spin: new Spin(clock, processors) };
}

/** A call that took longer than is waited for. */
async function callLong({ clock, spin }: ReturnType<typeof create>): Promise<void> {
  spin.begin();
  clock.pass(1);
  await sleep(1);
  spin.end();
}

describe("Spin", () => {
  it("keeps the loop awake from a call to its answer", async () => {
    const { spin } = create();

    spin.begin();
    const during = await isAwake();
    spin.end();
    const after = await isAwake();

    expect([during, after]).toEqual([true, false]);
  });

  it("gives up after a tenth of a millisecond", async () => {
    const { clock, spin } = create();

    spin.begin();
    clock.pass(0.09);
    const before = await isAwake();
    clock.pass(0.02);
    await sleep(1);
    const after = await isAwake();

    expect([before, after]).toEqual([true, false]);
  });

  it("leaves it when another call comes", async () => {
    const { spin } = create();

    spin.begin();
    spin.begin();

    expect(await isAwake()).toBe(false);
  });

  it("goes without for a hundred calls after one that took longer", async () => {
    const parts = create();
    await callLong(parts);
    const { spin } = parts;

    for (let call = 1; call < 100; call += 1) {
      spin.begin();
      spin.end();
    }
    spin.begin();
    const resting = await isAwake();
    spin.end();
    spin.begin();
    const again = await isAwake();
    spin.end();

    expect([resting, again]).toEqual([false, true]);
  });

  it("does nothing on one processor", async () => {
    const { spin } = create(1);

    spin.begin();

    expect(await isAwake()).toBe(false);
  });
});
