import type { Scheduler } from "../../clock.ts";
import type { Told } from "./calls.ts";
import type { Member } from "./member.ts";

/** How long a worker may take to hear something, milliseconds. */
const hearMs = 1000;

/** Has workers hear something; whether each has, or is gone. */
export async function tellOthers(
  told: Told,
  others: readonly Pick<Member, "line" | "isGone">[],
  scheduler: Scheduler,
): Promise<boolean> {
  const heard = await Promise.all(others.map((other) => inTime(hears(told, other), scheduler)));
  return heard.every(Boolean);
}

function hears(told: Told, other: Pick<Member, "line" | "isGone">): Promise<boolean> {
  return other.line.call("hear", told).then(
    () => true,
    () => other.isGone,
  );
}

function inTime(answer: Promise<boolean>, scheduler: Scheduler): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(hearMs, () => resolve(false));
    void answer.then(resolve).finally(cancel);
  });
}
