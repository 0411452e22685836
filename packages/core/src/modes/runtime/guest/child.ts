import { fromLine, toLine } from "../line-protocol.ts";
import type { FromGuest, GuestOrders, ToGuest } from "../wire.ts";
import { runGuest } from "./guest.ts";
import { createLineReader, longestLine } from "./lines.ts";
import { createStrays } from "./strays.ts";

/** Runs a handler in this process: one JSON object a line on standard input and output. What the handler prints goes to standard error. */
export function runChild(orders: GuestOrders): void {
  const write = process.stdout.write.bind(process.stdout);
  // Standard output belongs to the answers.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const strays = createStrays();
  const guest = runGuest(orders, {
    // What a handler or its children wrote there all the same, without an end, is no part of an answer.
    post: (message: FromGuest) => void write(`\n${toLine(message)}`),
    idle() {},
    within: strays.within,
  });
  strays.catchFor(guest);
  const reader = createLineReader((line) => guest.take(fromLine(line) as ToGuest), {
    longest: longestLine,
    tooLong: () => process.exit(1),
  });
  process.stdin.on("data", (bytes: Buffer) => reader.push(bytes));
  // Nobody is there any more: whoever started this process, or the pipe to it.
  process.stdin.on("end", () => process.exit(0));
}
