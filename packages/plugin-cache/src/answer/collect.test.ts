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

function createTerms(maxBytes = 100_000, roomBytes = 50_000) {
  const clock = createFakeClock();
  const controller = new AbortController();
  const { signal } = controller;
  return { maxBytes, room: new Room(roomBytes), scheduler: clock, clock, signal, controller };
}

/** What a body takes of the room beyond its first 16 KB. */
const large = "x".repeat(16_384);

describe("a body that is read", () => {
  it("is whole when it ends, and leaves the room as it was and no timer", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give(large);
    const before = terms.room.left;
    source.give("abc");
    const left = terms.room.left;
    source.sink?.end([]);

    expect(await collecting).toMatchObject({ kind: "whole", bytes: Buffer.from(`${large}abc`) });
    expect([before, left, terms.room.left, terms.clock.pending]).toEqual([50_000, 49_997, 50_000, 0]);
  });

  it("fails as its source does, and leaves nothing", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give(`${large}ab`);
    source.sink?.fail(new TypeError("broken"));

    await expect(Promise.resolve(collecting)).rejects.toThrow("broken");
    expect([terms.room.left, terms.clock.pending]).toEqual([50_000, 0]);
  });

  it.each<[string, number, number]>([
    ["is longer than is stored", large.length + 3, 100],
    ["finds no room beside others", 100_000, 3],
  ])("goes on as it comes when it %s", async (_why, maxBytes, roomBytes) => {
    const terms = createTerms(maxBytes, roomBytes);
    const source = startGiving();

    const collecting = collect(source, terms);
    const more = [source.give(`${large}abc`), source.give("d")];
    const collected = await collecting;
    const { took } = taking("body" in collected ? collected.body : undefined);
    const room = terms.room.left;
    source.give("e");
    source.sink?.end([]);

    expect(more).toEqual([true, false]);
    expect(took).toEqual([`${large}abcd`, "e", "end"]);
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
    expect(terms.room.left).toBe(50_000);
  });

  it("that nobody wants any more is given up, and its room given back", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = Promise.resolve(collect(source, terms));
    source.give(`${large}abc`);
    const left = terms.room.left;
    terms.controller.abort(new Error("left"));

    await expect(collecting).rejects.toThrow("left");
    expect([left, terms.room.left, source.cancelled, terms.clock.pending]).toEqual([49_997, 50_000, 1, 0]);
  });

  it("that was handed on gives its room back when nobody wants it any more", async () => {
    const terms = createTerms();
    const source = startGiving();

    const collecting = collect(source, terms);
    source.give(`${large}abc`);
    await terms.clock.advance(10_000);
    const collected = await collecting;
    if ("body" in collected) (collected.body as BodySource).cancel();

    expect([terms.room.left, source.cancelled, terms.clock.pending]).toEqual([50_000, 1, 0]);
  });
});
