import type { Readable } from "node:stream";
import { systemScheduler } from "../clock.ts";

/** For how long the head of an answer waits for the first byte. Most of what fails at once, a file that is not there, has failed by then. */
const patienceMs = 200;

/**
 * Calls `then` when the first byte of a stream is there, when it has ended or failed, or when that takes longer than a head should wait:
 * up to the first byte a failure can still be told.
 *
 * Nothing is taken from the stream. `then` gets what it failed with.
 */
export function onceBegun(stream: Readable, then: (error?: Error) => void): void {
  if (stream.destroyed || stream.readableEnded || stream.readableLength > 0) return then(stream.errored ?? undefined);
  const go = (error?: Error): void => {
    cancel();
    for (const event of events) stream.off(event, go);
    stream.off("error", go);
    then(error);
  };
  const cancel = systemScheduler.after(patienceMs, () => go());
  const events = ["readable", "end", "close"] as const;
  for (const event of events) stream.on(event, go);
  stream.on("error", go);
}
