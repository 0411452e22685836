import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { onceBegun } from "./stream-begun.ts";
import type { Beginning } from "./stream-begun.ts";

function begins(stream: Readable): Promise<Beginning> {
  return new Promise((resolve) => onceBegun(stream, resolve));
}

function silent(): Readable {
  return new Readable({ read() {} });
}

const failure = new Error("no");

describe("the beginning of a stream", () => {
  it("is there with its first byte, of which nothing is taken", async () => {
    const stream = Readable.from(["a", "b"]);

    expect(await begins(stream)).toBeUndefined();
    expect(await stream.toArray()).toEqual(["a", "b"]);
  });

  it("is there at once when something can be read already", () => {
    const stream = silent();
    stream.push("a");
    let told = false;

    onceBegun(stream, () => (told = true));

    expect(told).toBe(true);
  });

  it.each<[string, (stream: Readable) => void]>([
    ["before", (stream) => void stream.destroy(failure)],
    ["meanwhile", (stream) => setImmediate(() => stream.destroy(failure))],
  ])("is a failure that came %s", async (_when, fail) => {
    const stream = silent().on("error", () => {});
    fail(stream);

    expect(await begins(stream)).toEqual({ failed: failure });
  });

  it("is empty when it has come to its end already", async () => {
    const stream = silent();
    stream.push(null);
    await new Promise((resolve) => setImmediate(resolve));

    expect(await begins(stream)).toBe("empty");
  });

  it("is not waited for longer than a head may wait, and nobody listens any more then", async () => {
    const stream = silent();

    expect(await begins(stream)).toBeUndefined();
    expect(stream.eventNames()).toEqual([]);
  });
});
