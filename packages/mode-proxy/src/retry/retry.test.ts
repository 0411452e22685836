import type { Exchange } from "@backworks/core";
import { createFakeClock, createRandom } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import { toRetries } from "../options/retries.ts";
import type { RetriesOptions } from "../options/retries.ts";
import type { AttemptOutcome } from "../upstream/target.ts";
import { backoffMs } from "./backoff.ts";
import { RetryBudget } from "./budget.ts";
import { createRetryPolicy } from "./create-policy.ts";

describe("a retry budget", () => {
  it.each([
    [0, 3, 3],
    [10, 3, 3],
    [20, 3, 4],
    [100, 3, 20],
    [100, 0, 20],
    [0, 0, 0],
  ])("after %i requests with at least %i grants %i", (requests, least, granted) => {
    const budget = new RetryBudget(createFakeClock(), { ratio: 0.2, least });
    for (let request = 0; request < requests; request += 1) budget.onRequest();

    const taken = Array.from({ length: 50 }, () => budget.take()).filter(Boolean);

    expect(taken).toHaveLength(granted);
  });

  it("forgets what is older than ten seconds", async () => {
    const clock = createFakeClock();
    const budget = new RetryBudget(clock, { ratio: 0.5, least: 0 });
    for (let request = 0; request < 10; request += 1) budget.onRequest();
    const first = [budget.take(), budget.take(), budget.take(), budget.take(), budget.take(), budget.take()];

    await clock.advance(9000);
    const later = budget.take();
    await clock.advance(1000);
    budget.onRequest();
    budget.onRequest();

    expect(first).toEqual([true, true, true, true, true, false]);
    expect(later).toBe(false);
    expect([budget.take(), budget.take()]).toEqual([true, false]);
  });

  it("starts anew after a long pause", async () => {
    const clock = createFakeClock();
    const budget = new RetryBudget(clock, { ratio: 0, least: 1 });

    const before = [budget.take(), budget.take()];
    await clock.advance(1_000_000);

    expect([...before, budget.take()]).toEqual([true, false, true]);
  });
});

describe("a wait before a retry", () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [4, 800],
    [5, 1000],
    [30, 1000],
  ])("number %i is less than %i ms", (retry, most) => {
    const settings = { baseMs: 100, mostMs: 1000 };

    expect(backoffMs(retry, settings, () => 0)).toBe(0);
    expect(backoffMs(retry, settings, () => 0.999_999)).toBe(most - 1);
  });

  it("is spread evenly", () => {
    const random = createRandom(3);
    const waits = Array.from({ length: 2000 }, () => backoffMs(1, { baseMs: 100, mostMs: 1000 }, random));

    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(50, -1);
  });
});

describe("a retry policy", () => {
  const answered = (status: number): AttemptOutcome => ({ kind: "answered", status, ms: 1 });
  const failed = (failure: "connect" | "reset" | "timeout" | "protocol"): AttemptOutcome => ({
    kind: "failed",
    failure,
  });
  const policy = (options: Partial<RetriesOptions> = {}) =>
    createRetryPolicy(
      { ...(toRetries(2) as RetriesOptions), ...options },
      { clock: createFakeClock(), random: () => 0.5 },
    );
  const ask = (method: string): Exchange => ({ request: { method } }) as Exchange;

  it.each<[AttemptOutcome, boolean]>([
    [failed("connect"), true],
    [failed("reset"), true],
    [failed("timeout"), true],
    [failed("protocol"), false],
    [answered(502), true],
    [answered(503), true],
    [answered(504), true],
    [answered(500), false],
    [answered(429), false],
    [answered(200), false],
    [{ kind: "cancelled" }, false],
  ])("after %j says %s", (outcome, isWorth) => {
    expect(policy().mayRetry(1, ask("GET"), outcome) !== undefined).toBe(isWorth);
  });

  it.each([
    ["GET", true],
    ["HEAD", true],
    ["OPTIONS", true],
    ["PUT", true],
    ["DELETE", true],
    ["POST", false],
    ["PATCH", false],
  ])("for %s says %s", (method, isSafe) => {
    expect(policy().mayRetry(1, ask(method), failed("connect")) !== undefined).toBe(isSafe);
  });

  it("grants as many as it says, with waits that double", () => {
    const waits = [1, 2, 3].map((attempt) => policy().mayRetry(attempt, ask("GET"), answered(503)));

    expect(waits).toEqual([12, 25, undefined]);
    expect(policy().attempts).toBe(3);
  });

  it("takes what it is told for a failure; a 504 is a timeout too", () => {
    const own = policy({ on: [500, 504] });
    const outcomes = [answered(500), answered(504), failed("timeout"), answered(503), failed("connect")];

    expect(outcomes.map((outcome) => own.mayRetry(1, ask("GET"), outcome) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("keeps to its budget", () => {
    const own = policy({ budget: { percent: 50, min: 1 } });
    for (let request = 0; request < 4; request += 1) own.onRequest();

    const granted = [1, 2, 3].map(() => own.mayRetry(1, ask("GET"), answered(503)) !== undefined);

    expect(granted).toEqual([true, true, false]);
  });

  it("has a time for each attempt when it is given one", () => {
    expect(policy({ per_try_timeout: "5s" }).perTryMs).toBe(5000);
    expect(policy().perTryMs).toBe(Infinity);
  });

  it.each([
    [0, undefined],
    [undefined, undefined],
    [3, 3],
  ])("of %p is none or so many", (written, attempts) => {
    expect(toRetries(written)?.attempts).toBe(attempts);
  });
});
