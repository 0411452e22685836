import { describe, expect, it } from "@jest/globals";
import { createBackoff } from "./backoff.ts";

describe("backoff", () => {
  it("replaces at once a worker that has served", () => {
    const backoff = createBackoff({ random: () => 0 });

    expect([backoff.afterDeath(1000), backoff.afterDeath(60_000), backoff.afterDeath(1500)]).toEqual([0, 0, 0]);
  });

  it("waits longer each time while workers die right after their start, 30 s at most", () => {
    const backoff = createBackoff({ random: () => 0 });

    const delays = Array.from({ length: 7 }, () => backoff.afterDeath(undefined));

    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("begins anew once a worker has served", () => {
    const backoff = createBackoff({ random: () => 0 });

    const delays = [undefined, 999, 5000, 10].map((readyMs) => backoff.afterDeath(readyMs));

    expect(delays).toEqual([1000, 2000, 0, 1000]);
  });

  it("leaves a fifth of the delay to chance", () => {
    const backoff = createBackoff({ random: () => 0.5 });

    expect(backoff.afterDeath(undefined)).toBe(900);
  });
});
