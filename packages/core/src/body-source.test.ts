import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "@jest/globals";
import { sourceOf, toReadable } from "./body-source.ts";
import { ConnectionFault } from "./exchange.ts";
import type { ResponseBody } from "./exchange.ts";

describe("toReadable", () => {
  it.each<[string, ResponseBody, string]>([
    ["a source", sourceOf(Buffer.from("hello")), "hello"],
    ["text", "héllo", "héllo"],
    ["bytes", Buffer.from("hello"), "hello"],
    ["data", { a: [1] }, '{"a":[1]}'],
    ["nothing", null, ""],
  ])("makes a stream of %s", async (_what, body, expected) => {
    expect(await text(toReadable(body))).toBe(expected);
  });

  it("gives a stream back", () => {
    const stream = Readable.from(["a"]);

    expect(toReadable(stream)).toBe(stream);
  });

  it("takes no connection fault", () => {
    expect(() => toReadable(new ConnectionFault("reset"))).toThrow(TypeError);
  });
});
