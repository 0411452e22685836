import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import type { BackworksResponse } from "../exchange.ts";
import { HeaderList } from "../headers.ts";
import { isStream } from "../body-source.ts";
import { withBytes } from "./content.ts";

function responseOf(body: BackworksResponse["body"]): BackworksResponse {
  return { status: 200, headers: HeaderList.from(), body };
}

async function textOf({ body }: BackworksResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as Readable) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe("withBytes", () => {
  it.each([["ab", "cd"], ["abcd"], []])("reads a stream that is within the limit", async (...chunks) => {
    const read = await withBytes(responseOf(Readable.from(chunks)), 4);

    expect(Buffer.from(read.body as Uint8Array).toString()).toBe(chunks.join(""));
  });

  it("leaves a longer stream a stream, of which nothing is lost", async () => {
    const read = await withBytes(responseOf(Readable.from(["ab", "cd", "e", "fg"])), 4);

    expect(isStream(read.body)).toBe(true);
    expect(await textOf(read)).toBe("abcdefg");
  });

  it("reads no further than the limit until somebody takes it", async () => {
    let made = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          made += 1;
          yield Buffer.alloc(10);
        }
      })(),
      { objectMode: false, highWaterMark: 10 },
    );

    const read = await withBytes(responseOf(endless), 100);

    expect(made).toBeLessThan(20);
    (read.body as Readable).destroy();
  });

  it.each(["text/event-stream", "Text/Event-Stream; charset=utf-8", "multipart/x-mixed-replace;boundary=a"])(
    "does not wait for the end of %s, which has none",
    async (type) => {
      const events = new PassThrough();
      const response = { ...responseOf(events), headers: HeaderList.from({ "content-type": type }) };

      expect((await withBytes(response, 100)).body).toBe(events);
    },
  );

  it("ends the source when somebody stops in the middle", async () => {
    const source = Readable.from(["abc", "def", "ghi", "jkl"]);
    const body = (await withBytes(responseOf(source), 4)).body as Readable;
    const closed = new Promise((resolve) => body.once("close", resolve));

    for await (const _chunk of body) break;
    await closed;

    expect(source.destroyed).toBe(true);
  });

  it("ends the source when nobody takes anything", async () => {
    const source = Readable.from(["abc", "def", "ghi", "jkl"]);
    const body = (await withBytes(responseOf(source), 4)).body as Readable;

    body.destroy();
    await new Promise((resolve) => body.once("close", resolve));

    expect(source.destroyed).toBe(true);
  });

  it("fails where the source fails", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "abcdef";
      throw new Error("cable");
    }

    const read = await withBytes(responseOf(Readable.from(broken())), 4);

    await expect(textOf(read)).rejects.toThrow("cable");
  });
});
