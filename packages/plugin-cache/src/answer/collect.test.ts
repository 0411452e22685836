import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "@backworks/core/testing";
import type { BodySink, BodySource } from "@backworks/core";
import { collect } from "./collect.ts";
import { Room } from "./room.ts";

/** A source that gives what it is told to. */
function startGiving() {
  const source = {
    sink: undefined as BodySink | undefined,
    resumed: 0,
    cancelled: 0,
    start: (sink: BodySink) => void (source.sink = sink),
    resume: () => void (source.resumed += 1),
    cancel: () => void (source.cancelled += 1),
    give: (text: string) => source.sink?.write(Buffer.from(text)),
  };
  return source;
}

/** Writes down what a body gives. */
function taking(body: unknown) {
  const took: string[] = [];
  const source = body as BodySource;
  source.start({
    write: (chunk) => (took.push(Buffer.from(chunk).toString()), true),
    end: () => void took.push("end"),
    fail: (error) => void took.push(`failed: ${String(error)}`),
  });
  return { took, source };
}

function createTerms(maxBytes = 10, roomBytes = 100) {
  const clock = createFakeClock();
  return { maxBytes, room: new Room(roomBytes), scheduler: clock, clock };
}

describe("a body that is read", () => {
  it("is whole when it ends, and leaves the room as it was and no timer", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give("ab");
    const left = terms.room.left;
    source.give("c");
    source.sink?.end([]);

    expect(await collecting).toMatchObject({ kind: "whole", bytes: Buffer.from("abc") });
    expect([left, terms.room.left, terms.clock.pending]).toEqual([98, 100, 0]);
  });

  it("fails as its source does, and leaves nothing", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give("ab");
    source.sink?.fail(new TypeError("broken"));

    await expect(Promise.resolve(collecting)).rejects.toThrow("broken");
    expect([terms.room.left, terms.clock.pending]).toEqual([100, 0]);
  });

  it.each<[string, number, number]>([
    ["is longer than is stored", 3, 100],
    ["finds no room beside others", 10, 3],
  ])("goes on as it comes when it %s", async (_why, maxBytes, roomBytes) => {
    const terms = createTerms(maxBytes, roomBytes);
    const source = startGiving();

    const collecting = collect(source, terms);
    const more = [source.give("abc"), source.give("d")];
    const collected = await collecting;
    const { took } = taking("body" in collected ? collected.body : undefined);
    const room = terms.room.left;
    source.give("e");
    source.sink?.end([]);

    expect(more).toEqual([true, false]);
    expect(took).toEqual(["abcd", "e", "end"]);
    expect([room, terms.room.left, terms.clock.pending, source.resumed]).toEqual([roomBytes, roomBytes, 0, 1]);
  });

  it("goes on as it comes when its end takes too long", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give("ab");
    await terms.clock.advance(10_000);
    source.give("c");
    source.sink?.fail("broken");
    const collected = await collecting;
    const { took } = taking("body" in collected ? collected.body : undefined);

    expect(took).toEqual(["abc", "failed: broken"]);
    expect(terms.room.left).toBe(100);
  });

  it("that nobody wants any more gives its room back", async () => {
    const terms = createTerms(3);
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give("abc");
    source.give("d");
    const collected = await collecting;
    if ("body" in collected) (collected.body as BodySource).cancel();

    expect([terms.room.left, source.cancelled]).toEqual([100, 1]);
  });
});
