import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "../fake-clock.ts";
import type { Member } from "./member.ts";
import { tellOthers } from "./tell-others.ts";

type Other = Parameters<typeof tellOthers>[1][number];

/** A worker that answers `hear` this way. */
function memberThat(hear: () => Promise<void>, isGone = false): Other {
  // The rest nobody asks for here.
  return { line: { call: hear } as unknown as Member["line"], isGone };
}

const told = { topic: "cache.purge", message: { purged: ["a"] } };
const never = (): Promise<void> => new Promise(() => {});

describe("what is told to other workers", () => {
  it.each<[string, readonly Other[], boolean]>([
    ["nobody is there", [], true],
    ["all have heard it", [memberThat(async () => {}), memberThat(async () => {})], true],
    ["one failed", [memberThat(async () => {}), memberThat(() => Promise.reject(new Error("no")))], false],
    ["one is gone, and has nothing any more", [memberThat(() => Promise.reject(new Error("gone")), true)], true],
  ])("counts as heard by all or not when %s", async (_when, others, expected) => {
    expect(await tellOthers(told, others, createFakeClock())).toBe(expected);
  });

  it("waits a second for one that is busy", async () => {
    const clock = createFakeClock();
    const telling = tellOthers(told, [memberThat(never)], clock);

    await clock.advance(1000);

    expect(await telling).toBe(false);
  });
});
