import { Duplex } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { writeAtOnce } from "./one-write.ts";

type Done = (error?: Error | null) => void;

/** A connection that remembers how it was written to. */
class Listing extends Duplex {
  readonly writes: unknown[] = [];

  constructor() {
    super({ decodeStrings: false });
  }

  override _read(): void {}

  override _write(chunk: unknown, encoding: BufferEncoding, done: Done): void {
    this.writes.push([chunk, encoding]);
    done();
  }

  override _writev(pieces: { chunk: unknown }[], done: Done): void {
    this.writes.push(pieces.map(({ chunk }) => chunk));
    done();
  }
}

/** Writes pieces as Node writes an answer: held back until the last is there. */
async function write(socket: Duplex, pieces: readonly (string | Uint8Array)[]): Promise<void> {
  socket.cork();
  const last = new Promise((resolve) => pieces.forEach((piece) => socket.write(piece, "latin1", resolve)));
  socket.uncork();
  await last;
}

describe("writeAtOnce", () => {
  it.each([
    ["an answer and the empty text behind it", ["answer", ""], [["answer", "latin1"]]],
    ["a head, a body and the empty text", ["head", "body", ""], [["head", "body", ""]]],
    ["two answers", ["one", "two"], [["one", "two"]]],
    ["two answers of one turn", ["one", "", "two", ""], [["one", "", "two", ""]]],
  ])("writes %s", async (_name, pieces, expected) => {
    const socket = new Listing();
    writeAtOnce(socket);

    await write(socket, pieces);

    expect(socket.writes).toEqual(expected);
  });

  it("tells whoever wrote one of the pieces what went wrong", async () => {
    const socket = new Listing();
    socket._write = (_chunk, _encoding, done) => done(new Error("gone"));
    writeAtOnce(socket);
    const failed = new Promise((resolve) => socket.once("error", resolve));
    const told: unknown[] = [];

    socket.cork();
    socket.write("answer", (error) => told.push(error?.message));
    socket.write("", (error) => told.push(error?.message));
    socket.uncork();
    await failed;

    expect(told).toEqual(["gone", "gone"]);
  });

  it("leaves a connection alone that takes no lists", () => {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });

    writeAtOnce(socket);

    expect(Object.hasOwn(socket, "_writev")).toBe(false);
  });
});
