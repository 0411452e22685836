import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "../fake-clock.ts";
import type { Asked } from "./gatherings.ts";
import { Gatherings } from "./gatherings.ts";
import type { Said } from "../topics.ts";

const counted = (value: number): Said["totals"] => ({ all: { keys: ["a"], numbers: Float64Array.of(value) } });
const says = (value: number): Said => ({ totals: counted(value), present: `with ${value}` });

interface FakeMember extends Asked {
  isGone: boolean;
  answer: () => Promise<Said | undefined>;
}

function rig(count: number) {
  const clock = createFakeClock();
  const members = Array.from({ length: count }, (_, index): FakeMember => ({
    id: index + 1,
    isGone: false,
    answer: async () => says(10 ** index),
    say: () => members[index]?.answer() ?? Promise.resolve(undefined),
  }));
  const gatherings = new Gatherings({ members: () => members.filter(({ isGone }) => !isGone), scheduler: clock });
  const gather = async () => {
    const { totals, present } = await gatherings.gather("t");
    return { all: totals["all"]?.numbers[0], present };
  };
  const end = (index: number): FakeMember => {
    const member = members[index] as FakeMember;
    member.isGone = true;
    gatherings.gone(member);
    return member;
  };
  return { clock, members, gatherings, gather, end };
}

describe("a gathering", () => {
  it("brings together what all workers have", async () => {
    expect(await rig(2).gather()).toEqual({ all: 11, present: ["with 1", "with 10"] });
  });

  it("keeps what ended workers counted, and nothing else of them", async () => {
    const { gather, end } = rig(2);
    await gather();

    end(0);

    expect(await gather()).toEqual({ all: 11, present: ["with 10"] });
  });

  it("counts what a worker told before it ended, and not what arrives afterwards", async () => {
    const { gather, gatherings, members, end } = rig(2);
    gatherings.take(members[0] as FakeMember, { topic: "t", totals: counted(5) });

    const gone = end(0);
    gatherings.take(gone, { topic: "t", totals: counted(6) });

    expect(await gather()).toEqual({ all: 15, present: ["with 10"] });
  });

  it("goes on without a worker that does not answer in time, with what it told last", async () => {
    const { gather, members, clock } = rig(2);
    await gather();
    (members[0] as FakeMember).answer = () => new Promise(() => {});

    const gathering = gather();
    await clock.advance(2000);

    expect(await gathering).toEqual({ all: 11, present: ["with 10"] });
    expect(clock.pending).toBe(0);
  });

  it("goes on without a worker that fails, or has nothing to say", async () => {
    const { gather, members } = rig(3);
    (members[0] as FakeMember).answer = async () => {
      throw new Error("no");
    };
    (members[1] as FakeMember).answer = async () => undefined;

    expect(await gather()).toEqual({ all: 100, present: ["with 100"] });
  });
});
