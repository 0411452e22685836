import { describe, expect, it } from "@jest/globals";
import { createRandom } from "@backworks/core";
import { createFakeClock } from "@backworks/core/testing";
import { Deadlines } from "./deadlines.ts";
import type { Deadline } from "./deadlines.ts";

interface Named extends Deadline {
  readonly name: string;
}

function createDeadline(name: string, expired: string[]): Named {
  return { name, due: 0, earlier: undefined, later: undefined, expire: () => void expired.push(name) };
}

describe("Deadlines", () => {
  it("expire in order, each at its time, by one timer", async () => {
    const clock = createFakeClock();
    const expired: string[] = [];
    const deadlines = new Deadlines(1000, { clock, scheduler: clock });
    for (const name of ["a", "b", "c"]) {
      deadlines.add(createDeadline(name, expired));
      await clock.advance(100);
    }
    expect(clock.pending).toBe(1);
    await clock.advance(700);
    expect(expired).toEqual(["a"]);
    await clock.advance(99);
    expect(expired).toEqual(["a"]);
    await clock.advance(101);

    expect(expired).toEqual(["a", "b", "c"]);
    expect(clock.pending).toBe(0);
  });

  it("forget whatever is removed, from any place, once or twice", async () => {
    const clock = createFakeClock();
    const random = createRandom(3);
    const expired: string[] = [];
    const deadlines = new Deadlines(1000, { clock, scheduler: clock });
    const all = Array.from({ length: 200 }, (_, index) => createDeadline(String(index), expired));
    for (const each of all) deadlines.add(each);
    const removed = new Set(all.filter(() => random() < 0.5));
    for (const each of removed) deadlines.remove(each);
    for (const each of removed) deadlines.remove(each);
    await clock.advance(1000);

    expect(expired).toEqual(all.filter((each) => !removed.has(each)).map(({ name }) => name));
  });

  it("without a limit keep nothing", () => {
    const clock = createFakeClock();
    const deadlines = new Deadlines(Infinity, { clock, scheduler: clock });
    const deadline = createDeadline("a", []);
    deadlines.add(deadline);
    deadlines.remove(deadline);

    expect(clock.pending).toBe(0);
  });
});
