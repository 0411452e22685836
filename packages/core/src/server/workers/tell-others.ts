import type { Scheduler } from "../../clock.ts";
import type { Told } from "./calls.ts";
import { inTime } from "./in-time.ts";
import type { Member } from "./member.ts";

/** How long a worker may take to hear something, milliseconds. */
const hearMs = 1000;

/** Has workers hear something; whether each has, or is gone. */
export async function tellOthers(
  told: Told,
  others: readonly Pick<Member, "line" | "isGone">[],
  scheduler: Scheduler,
): Promise<boolean> {
  const heard = await Promise.all(others.map((other) => inTime(hears(told, other), hearMs, scheduler)));
  return heard.every((has) => has === true);
}

function hears(told: Told, other: Pick<Member, "line" | "isGone">): Promise<boolean> {
  return other.line.call("hear", told).then(
    () => true,
    () => other.isGone,
  );
}
