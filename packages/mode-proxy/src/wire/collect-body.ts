import { addAbortSignal } from "node:stream";
import { BackworksError, toReadable } from "@backworks/core";
import type { BodySource, ResponseBody } from "@backworks/core";
import { reasonOf } from "./on-abort.ts";

/**
 * All bytes of what a forwarder answered with; when the signal is aborted nobody wants the rest.
 *
 * @throws BW_UPSTREAM_TOO_LARGE, or what the rest of it failed with
 */
export async function collectBody(
  given: ResponseBody | undefined,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  // A forwarder answers with nothing else.
  const body = (given ?? null) as Uint8Array | BodySource | null;
  if (body === null) return new Uint8Array(0);
  const stream = body instanceof Uint8Array ? [body] : addAbortSignal(signal, toReadable(body));
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      // Leaving the loop destroys the stream, and cancels the source with it.
      if (size > limitBytes) throw new BackworksError("BW_UPSTREAM_TOO_LARGE", { limit: limitBytes });
      chunks.push(chunk);
    }
  } catch (error) {
    throw signal.aborted ? reasonOf(signal) : error;
  }
  return Buffer.concat(chunks, size);
}
