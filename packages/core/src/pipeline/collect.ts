import type { IncomingMessage } from "node:http";
import { BackworksError } from "../errors.ts";
import { breakageOf } from "./broken-body.ts";

/** How much of a body that nobody wants is read and thrown away, so that the client gets to see the answer, before the connection is cut. */
const patienceBytes = 8 * 1024 * 1024;

/** Every byte of a message. @throws BW_REQUEST_TOO_LARGE, BW_REQUEST_ABORTED */
export function collect(message: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error?: BackworksError): void => {
      message.off("data", take).off("end", settle).off("close", leave).off("error", leave);
      if (error === undefined) resolve(joined(chunks, size));
      else reject(error);
    };
    const leave = (): void => settle(breakageOf(message) ?? new BackworksError("BW_REQUEST_ABORTED"));
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      settle(tooLarge(limit));
      discard(message);
    };
    const breakage = breakageOf(message);
    if (breakage !== undefined) return settle(breakage);
    if (isGone(message)) return leave();
    message.on("data", take).on("end", settle).on("close", leave).on("error", leave);
  });
}

/** Reads on without keeping anything, for a while. */
export function discard(message: IncomingMessage): void {
  let left = patienceBytes;
  message
    .on("error", () => {})
    .on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) message.destroy();
    });
}

export function isGone(message: IncomingMessage): boolean {
  return message.destroyed || message.readableAborted;
}

export function joined(chunks: readonly Buffer[], size: number): Uint8Array {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}

export function tooLarge(limit: number): BackworksError {
  return new BackworksError("BW_REQUEST_TOO_LARGE", { limit });
}
