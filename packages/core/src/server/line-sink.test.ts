import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "./fake-clock.ts";
import { createLineSink } from "./line-sink.ts";
import type { LineSink } from "./line-sink.ts";

function openSink(): { sink: LineSink; batches: string[]; clock: ReturnType<typeof createFakeClock> } {
  const clock = createFakeClock();
  const batches: string[] = [];
  const sink = createLineSink((batch) => batches.push(Buffer.from(batch).toString("utf8")), { scheduler: clock });
  return { sink, batches, clock };
}

describe("createLineSink", () => {
  it("writes lines that come close together at once", async () => {
    const { sink, batches, clock } = openSink();

    sink.write("one");
    sink.write("zwölf €");
    await clock.advance(10);

    expect(batches).toEqual(["one\nzwölf €\n"]);
    sink.close();
  });

  it("writes what waits when it is closed", () => {
    const { sink, batches } = openSink();

    sink.write("one");
    sink.close();

    expect(batches).toEqual(["one\n"]);
  });

  it("does not wait for the time when much has come", () => {
    const { sink, batches } = openSink();

    for (let index = 0; index < 700; index += 1) sink.write("x".repeat(99));
    const early = batches.length;
    sink.close();

    expect(early).toBe(1);
    expect(batches.join("")).toBe(`${"x".repeat(99)}\n`.repeat(700));
  });

  it.each([
    ["that fills the batch", 43_000],
    ["longer than any batch", 300_000],
  ])("keeps the order around a line %s", (_what, length) => {
    const { sink, batches } = openSink();

    sink.write("before");
    sink.write("€".repeat(length));
    sink.write("after");
    sink.close();

    expect(batches.join("")).toBe(`before\n${"€".repeat(length)}\nafter\n`);
  });
});
