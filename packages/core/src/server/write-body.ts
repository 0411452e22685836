import type { ServerResponse } from "node:http";
import type { LiveExchange } from "../pipeline/exchange.ts";
import type { Packet } from "../pipeline/packet.ts";

/** Bodies up to this many bytes are joined with the headers into one write. */
const joinedBytes = 4096;

/** Larger bodies are written in parts of this size: more than one part is never copied for a client that does not read. */
const partBytes = 65_536;

/** Writes a whole body and ends the response. */
export function writeWhole(answer: ServerResponse, { chunk, length }: Pick<Packet, "chunk" | "length">): void {
  if (chunk === undefined) answer.end();
  else if (typeof chunk === "string") {
    // As many bytes as characters is ASCII, which is written faster as such. Other characters may take three bytes each.
    if (chunk.length * 3 <= partBytes) answer.end(chunk, chunk.length === length ? "latin1" : "utf8");
    else writeParts(answer, partsOfText(chunk));
  } else if (chunk.length > partBytes) writeParts(answer, partsOfBytes(chunk));
  else if (chunk.length > joinedBytes) answer.end(chunk);
  else answer.end(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1"), "latin1");
}

/** Writes part after part, each when the one before is with the system. */
function writeParts(answer: ServerResponse, parts: Iterator<Uint8Array>): void {
  for (let part = parts.next(); part.done !== true; part = parts.next()) {
    if (!answer.write(part.value)) return void answer.once("drain", () => writeParts(answer, parts));
  }
  answer.end();
}

function* partsOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += partBytes) yield bytes.subarray(from, from + partBytes);
}

/** Encodes no more of a text than is written next. */
function* partsOfText(text: string): Generator<Uint8Array> {
  const most = Math.floor(partBytes / 3);
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = Math.min(from + most, text.length);
    // Half of a surrogate pair has no encoding.
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to -= 1;
    yield Buffer.from(text.slice(from, to));
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Closes the connection of a client that takes nothing of what waits for it. Node notices by itself when it takes a little. */
export function watchReader({ answer, generation }: LiveExchange): void {
  const { writeMs, keepAliveMs } = generation.app.server.timeouts;
  const { socket } = answer;
  if (writeMs === Infinity || socket === null) return;
  socket.setTimeout(writeMs);
  answer.on("timeout", () => {
    if (socket.writableLength > 0 || answer.writableLength > 0) socket.destroy();
  });
  // With a limit for idle connections Node sets that time itself.
  if (keepAliveMs === Infinity) answer.once("close", () => socket.setTimeout(0));
}
