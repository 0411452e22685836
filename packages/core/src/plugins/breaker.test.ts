import { describe, expect, it } from "@jest/globals";
import { createFakeTime } from "../../test/fake-time.ts";
import { Breaker, hookLimits } from "./breaker.ts";

function createOpen(): { breaker: Breaker; time: ReturnType<typeof createFakeTime> } {
  const time = createFakeTime();
  const breaker = new Breaker(time.clock, hookLimits);
  for (let failure = 0; failure < 5; failure += 1) breaker.failed();
  return { breaker, time };
}

describe("Breaker", () => {
  it("opens with the fifth failure in ten seconds", () => {
    const breaker = new Breaker(createFakeTime().clock, hookLimits);

    const opened = [1, 2, 3, 4, 5].map(() => breaker.failed());

    expect(opened).toEqual([false, false, false, false, true]);
    expect(breaker.state).toBe("open");
    expect(breaker.restMs).toBe(30_000);
  });

  it("forgets failures after ten seconds", async () => {
    const time = createFakeTime();
    const breaker = new Breaker(time.clock, hookLimits);
    for (let failure = 0; failure < 4; failure += 1) breaker.failed();

    await time.advance(10_000);
    breaker.failed();

    expect(breaker.state).toBe("closed");
  });

  it("lets nothing pass while it rests, then one probe", async () => {
    const { breaker, time } = createOpen();

    const resting = breaker.admit();
    await time.advance(30_000);

    expect([resting, breaker.admit(), breaker.admit()]).toEqual([false, true, false]);
  });

  it("closes when the probe goes well", async () => {
    const { breaker, time } = createOpen();
    await time.advance(30_000);
    breaker.admit();

    breaker.succeeded();

    expect([breaker.state, breaker.admit()]).toEqual(["closed", true]);
  });

  it("rests again when the probe fails", async () => {
    const { breaker, time } = createOpen();
    await time.advance(30_000);
    breaker.admit();

    const opened = breaker.failed();

    expect([opened, breaker.state, breaker.restMs]).toEqual([true, "open", 30_000]);
  });

  it("is not closed by a call that began before it opened", () => {
    const { breaker } = createOpen();

    breaker.succeeded();

    expect(breaker.state).toBe("open");
  });
});
