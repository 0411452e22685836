import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "../fake-clock.ts";
import { Post, tellOthers } from "./post.ts";
import type { Member } from "./member.ts";

type Other = Parameters<typeof tellOthers>[1][number];

/** A worker that answers `hear` this way. */
function memberThat(hear: () => Promise<void>, isGone = false): Other {
  // The rest nobody asks for here.
  return { line: { call: hear } as unknown as Member["line"], isGone };
}

const told = { plugin: "cache", message: { purged: ["a"] } };
const never = (): Promise<void> => new Promise(() => {});

describe("what plugins tell each other over processes", () => {
  it("is heard by those who listen under their name, until they end", async () => {
    const heard: unknown[] = [];
    const post = new Post(async () => true);
    const end = post.listen("cache", (message) => void heard.push(message));
    post.listen("cache", (message) => void heard.push(message));
    post.listen("other", () => void heard.push("other"));

    await post.hear(told);
    end();
    await post.hear(told);
    await post.hear({ plugin: "nobody", message: 1 });

    expect(heard).toEqual([told.message, told.message, told.message]);
  });

  it("was not heard by all when the primary is gone", async () => {
    const post = new Post(() => Promise.reject(new Error("gone")));

    expect(await post.tell("cache", 1)).toBe(false);
  });

  it.each<[string, readonly Other[], boolean]>([
    ["nobody is there", [], true],
    ["all have heard it", [memberThat(async () => {}), memberThat(async () => {})], true],
    ["one failed", [memberThat(async () => {}), memberThat(() => Promise.reject(new Error("no")))], false],
    ["one is gone, and has nothing any more", [memberThat(() => Promise.reject(new Error("gone")), true)], true],
  ])("counts as heard or not when %s", async (_when, others, expected) => {
    expect(await tellOthers(told, others, createFakeClock())).toBe(expected);
  });

  it("waits a second for one that is busy", async () => {
    const clock = createFakeClock();
    const telling = tellOthers(told, [memberThat(never)], clock);

    await clock.advance(1000);

    expect(await telling).toBe(false);
  });
});
