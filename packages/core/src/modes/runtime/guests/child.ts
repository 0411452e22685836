import type { Clock, Scheduler } from "../../../clock.ts";
import type { Logger } from "../../../logger.ts";
import { createLineReader, longestLine } from "../guest/lines.ts";
import { fromLine, toLine } from "../line-protocol.ts";
import type { FromGuest, ToGuest } from "../wire.ts";
import type { GroupOrders } from "./group.ts";
import { startGroup } from "./group.ts";
import type { Guardian } from "./guardian.ts";
import type { Guest, GuestEvents, StartGuest } from "./guest.ts";
import { tooMuchMemory, unfit } from "./guest.ts";
import { logOutput } from "./output.ts";
import { processMemoryBytes } from "./process-memory.ts";

/** What a long-lived process is started with. */
export interface ChildParts {
  readonly group: GroupOrders;
  readonly guardian: Guardian;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Whether it speaks all of the protocol: says when calls may come, answers pings. Another is ready at once. */
  readonly saysReady: boolean;
}

/** Lines without meaning after which a program is taken for broken. */
const mostGarbage = 1000;
/** What a language takes for itself, which is not the handler's. */
const languageBytes = 64 * 1024 * 1024;
/** Time in which a program that has closed its output should be gone. */
const endGraceMs = 500;

/** Runs a handler in a process that reads requests and writes answers, a line each. */
export function startChild(parts: ChildParts): StartGuest {
  return (events) => openChild(parts, events);
}

function openChild(parts: ChildParts, events: GuestEvents): Guest {
  const { group, guardian, logger, clock, scheduler } = parts;
  const { child, kill, ended } = startGroup(group, guardian);
  let reason: string | undefined;
  const end = (why: string): void => {
    reason ??= why;
    kill();
  };
  const reader = createLineReader(lineTo(events, { logger, end }), {
    longest: longestLine,
    tooLong: () => end("it wrote a line without end"),
  });
  child.stdout.on("data", (bytes: Buffer) => reader.push(bytes));
  // Without its output it can answer nothing.
  child.stdout.on("end", () => scheduler.after(endGraceMs, () => end("it closed its output")));
  logOutput(child.stderr, { logger, level: "info", now: () => clock.monotonic() });
  void ended.then((how) => events.ended(reason ?? how));
  if (!parts.saysReady) child.once("spawn", () => events.message({ ready: true }));
  return {
    post: (message) => void (child.stdin.writable && child.stdin.write(lineOf(message))),
    kill: end,
    answersPings: parts.saysReady,
    enforceMemory(limitBytes) {
      if ((processMemoryBytes(child.pid) ?? 0) > limitBytes + languageBytes) end(tooMuchMemory(limitBytes));
    },
  };
}

function lineOf(message: ToGuest): string {
  try {
    return toLine(message);
  } catch {
    // Requests are made of data; what a service replied with may be something else.
    return toLine("reply" in message ? unfit(message) : {});
  }
}

function lineTo(
  events: GuestEvents,
  { logger, end }: { readonly logger: Logger; readonly end: (why: string) => void },
): (line: string) => void {
  let garbage = 0;
  return (line) => {
    if (line.trim() === "") return;
    let message: object;
    try {
      message = fromLine(line);
    } catch {
      garbage += 1;
      if (garbage === 1) logger.warn("handler writes to its output what is no answer", { line: line.slice(0, 200) });
      if (garbage === mostGarbage) end("it writes to its output what are no answers");
      return;
    }
    // What its members are is looked at where they are used.
    events.message(message as FromGuest);
  };
}
