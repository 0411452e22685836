import type { IncomingMessage } from "node:http";
import type { BackworksError } from "../errors.ts";

const breakages = new WeakMap<IncomingMessage, BackworksError>();

/** Says that the rest of a body will not come, and why. Whoever reads it is told at once, whoever begins later then. */
export function breakBody(message: IncomingMessage, error: BackworksError): void {
  breakages.set(message, error);
  if (message.listenerCount("error") > 0) message.emit("error", error);
}

/** Why the rest of a body will not come; nothing when it may. */
export function breakageOf(message: IncomingMessage): BackworksError | undefined {
  return breakages.get(message);
}
