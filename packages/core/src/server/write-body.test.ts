import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { writeWhole } from "./write-body.ts";

/** A response whose client reads when it is told to. */
class FakeAnswer extends EventEmitter {
  readonly parts: Buffer[] = [];
  ended = false;

  write(part: Uint8Array): boolean {
    this.parts.push(Buffer.from(part));
    return false;
  }

  end(part: string | Uint8Array = "", encoding: BufferEncoding = "utf8"): void {
    this.parts.push(typeof part === "string" ? Buffer.from(part, encoding) : Buffer.from(part));
    this.ended = true;
  }

  read(): void {
    this.emit("drain");
  }
}

function write(body: string | Uint8Array | undefined): FakeAnswer {
  const answer = new FakeAnswer();
  // Of a response nothing else is used.
  writeWhole(answer as unknown as ServerResponse, { chunk: body, length: Buffer.byteLength(body ?? "") });
  return answer;
}

const part = 65_536;

describe("writeWhole", () => {
  it.each([
    ["nothing", undefined, ""],
    ["a text", "é", "é"],
    ["a few bytes", Buffer.from("é"), "é"],
    ["many bytes", Buffer.alloc(part, "a"), "a".repeat(part)],
  ])("writes %s at once", (_name, body, expected) => {
    const { ended, parts } = write(body);

    expect(ended).toBe(true);
    expect(Buffer.concat(parts).toString()).toBe(expected);
  });

  it.each([
    ["a text", "😀é".repeat(100_000)],
    ["a text of which a part would end within a character", `${"a".repeat(21_844)}${"😀".repeat(30_000)}`],
    ["bytes", Buffer.alloc(5 * part + 1, "abc")],
  ])("holds no more than one part of %s for a client that does not read", (_name, body) => {
    const answer = write(body);
    const counts: number[] = [];

    for (let turn = 0; turn < 100 && !answer.ended; turn += 1) {
      counts.push(answer.parts.length);
      answer.read();
    }

    expect(counts).toEqual(counts.map((_, index) => index + 1));
    expect(Math.max(...answer.parts.map(({ length }) => length))).toBeLessThanOrEqual(part);
    expect(Buffer.concat(answer.parts).equals(Buffer.from(body as string))).toBe(true);
  });

  it("waits for nobody when the client reads", () => {
    const answer = new FakeAnswer();
    answer.write = (bytes) => answer.parts.push(Buffer.from(bytes)) > 0;

    writeWhole(answer as unknown as ServerResponse, { chunk: Buffer.alloc(3 * part), length: 3 * part });

    expect([answer.ended, answer.listenerCount("drain")]).toEqual([true, 0]);
  });
});
