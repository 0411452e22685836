import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "../fake-clock.ts";
import type { FakeClock } from "../fake-clock.ts";
import type { Member } from "./member.ts";
import { Spare } from "./spare.ts";

interface Made {
  isGone: boolean;
  kill(): void;
}

function createSpare(): { readonly clock: FakeClock; readonly made: readonly Made[]; readonly spare: Spare } {
  const clock = createFakeClock();
  const made: Made[] = [];
  const make = (): Member => {
    const one: Made = {
      isGone: false,
      kill() {
        one.isGone = true;
      },
    };
    made.push(one);
    // Of a member it needs no more.
    return one as unknown as Member;
  };
  return { clock, made, spare: new Spare({ make, scheduler: clock }) };
}

describe("spare", () => {
  it("gives the worker that waits, and has the next one wait when told", async () => {
    const { clock, made, spare } = createSpare();
    spare.refill();
    await clock.advance(500);

    expect(made).toHaveLength(1);
    expect(spare.take()).toBe(made[0]);
    expect(spare.take()).toBe(made[1]);
  });

  it("starts one when the one that waited has ended", async () => {
    const { clock, made, spare } = createSpare();
    spare.refill();
    await clock.advance(500);
    made[0]?.kill();

    expect(spare.take()).toBe(made[1]);
  });

  it("has one wait, however often it is told", async () => {
    const { clock, made, spare } = createSpare();
    spare.refill();
    spare.refill();
    await clock.advance(500);

    expect(made).toHaveLength(1);
  });

  it("leaves none behind", async () => {
    const { clock, made, spare } = createSpare();
    spare.refill();
    await clock.advance(500);
    spare.refill();

    spare.end();
    await clock.advance(500);

    expect(made.map(({ isGone }) => isGone)).toEqual([true]);
  });
});
