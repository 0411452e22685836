import { createFakeClock } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import type { Dispatcher } from "undici";
import { ActiveHealth } from "./active-health.ts";

describe("active health", () => {
  it("says nothing of a target when it is closed while it asks", async () => {
    const clock = createFakeClock();
    const changes: string[] = [];
    let asked: AbortSignal | undefined;
    const request = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
      new Promise((_resolve, reject) => {
        asked = signal;
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    const health = new ActiveHealth(
      { path: "/", intervalMs: 1000, timeoutMs: 500, healthy: 1, unhealthy: 1, isGood: () => true },
      {
        // Of the dispatcher that is all it asks.
        dispatcher: { request } as unknown as Dispatcher,
        scheduler: clock,
        changed: (isUp, reason) => void changes.push(`${isUp} ${reason}`),
      },
    );
    await clock.advance(1);

    health.close();
    await clock.advance(10_000);

    expect(asked?.aborted).toBe(true);
    expect([changes, clock.pending]).toEqual([[], 0]);
  });
});
