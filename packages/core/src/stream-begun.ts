import type { Readable } from "node:stream";
import { systemScheduler } from "./clock.ts";

/** For how long the head of an answer waits for the first byte. Most of what fails at once, a file that is not there, has failed by then. */
const patienceMs = 200;

/** How a stream begins: `undefined` when there is something to send, or may be; `empty` when it has ended, and has nothing more to give. */
export type Beginning = undefined | { readonly failed: Error } | "empty";

/**
 * Calls `then` when the first byte of a stream is there, when it has ended or failed, or when that takes longer than a head should wait:
 * up to the first byte a failure can still be told. Nothing is taken from the stream.
 */
export function onceBegun(stream: Readable, then: (beginning: Beginning) => void): void {
  if (stream.errored) return then({ failed: stream.errored });
  if (stream.destroyed || stream.readableEnded || stream.readableLength > 0) return then(undefined);
  const settle = (beginning: Beginning): void => {
    cancel();
    stream.off("readable", begin).off("close", begin).off("end", end).off("error", fail);
    then(beginning);
  };
  const begin = (): void => settle(undefined);
  const end = (): void => settle("empty");
  const fail = (failed: Error): void => settle({ failed });
  const cancel = systemScheduler.after(patienceMs, begin);
  stream.on("readable", begin).on("close", begin).on("end", end).on("error", fail);
}
