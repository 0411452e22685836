import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { createFakeClock, silentLogger } from "@backworks/core/testing";
import type { FakeClock } from "@backworks/core/testing";
import type { Observation } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { watchChecks } from "./watch.ts";
import type { CheckWatch } from "./watch.ts";

function rig(fetch: typeof globalThis.fetch): { readonly watch: CheckWatch; readonly clock: FakeClock } {
  const clock = createFakeClock();
  const shared = { interval: "1s", timeout: "500ms", failures: 2, critical: false };
  const watch = watchChecks(
    { it: { type: "http", url: "http://a.example", ...shared } },
    // Nothing is observed by a check over HTTP.
    { clock, scheduler: clock, logger: silentLogger, fetch, observation: {} as Observation },
  );
  watch.start();
  return { watch, clock };
}

async function durations(watch: CheckWatch): Promise<readonly number[]> {
  const family = watch.families.find(({ name }) => name === "backworks_check_duration_seconds");
  await family?.collect?.();
  return family?.samples().map(({ value }) => value) ?? [];
}

describe("the watch of checks", () => {
  it("tells why it failed, before the check counts as down too", async () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED ::1:80")], "");
    const { watch, clock } = rig(async () => {
      throw new TypeError("fetch failed", { cause: refused });
    });
    expect([watch.health().details, await durations(watch)]).toEqual([{ it: "not run yet" }, []]);

    await clock.advance(100);

    expect(watch.health()).toEqual({ status: "healthy", details: { it: "connect ECONNREFUSED ::1:80" } });
    expect(await durations(watch)).toHaveLength(1);
    await clock.advance(1000);
    expect(watch.health().status).toBe("degraded");
    watch.stop();
  });

  it("ends what is under way, and says nothing of it", async () => {
    let ended: unknown;
    const { watch, clock } = rig(
      (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => {
            ended = init.signal?.reason;
            reject(new Error("aborted"));
          });
        }),
    );
    await clock.advance(100);

    watch.stop();
    await clock.advance(10_000);

    expect(ended).toBeInstanceOf(Error);
    expect([watch.health().details, clock.pending]).toEqual([{ it: "not run yet" }, 0]);
  });

  it("keeps nothing of a check that ended", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const signals: WeakRef<AbortSignal>[] = [];
    const { watch, clock } = rig(async (_, init) => {
      signals.push(new WeakRef(init!.signal!));
      return new Response(null, { status: 204 });
    });

    await clock.advance(20_000);
    // What a turn of the event loop looked at by a WeakRef is kept until it ends.
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }

    expect(signals.length).toBeGreaterThanOrEqual(20);
    expect(signals.filter((signal) => signal.deref() !== undefined).length).toBeLessThan(3);
    watch.stop();
  });
});
