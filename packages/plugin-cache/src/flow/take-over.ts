import type { Scheduler } from "@backworks/core";
import type { Stored, StoredAnswer } from "../stored.ts";
import type { Filled, Filling, Wanted } from "./fill.ts";
import { useOf } from "../rules/use.ts";

/** How long another process' answer is waited for, and how often it is looked for; milliseconds. */
const waitMs = 3000;
const lookMs = 20;

/** The answer that another process asks for at this moment; `undefined` when it does not come. */
export async function takeOver(
  { look, names, stale }: Wanted,
  key: string,
  { context }: Filling,
): Promise<Filled | undefined> {
  const { store, clock, scheduler } = context;
  const untilMs = clock.monotonic() + waitMs;
  const isUsable = (found: Stored | undefined): found is StoredAnswer =>
    found?.kind === "answer" && isNew(found, stale) && useOf(found, look.wishes, clock.now()) === "fresh";
  const share = (answer: StoredAnswer): Filled => {
    return { kind: "shared", answer, key, names, status: undefined, stored: true };
  };
  while (clock.monotonic() < untilMs) {
    await pause(scheduler, lookMs);
    const found = await store.get(key);
    if (isUsable(found)) return share(found);
    // It was stored under more fields than were known: then this process asks for itself.
    if (found?.kind === "vary") return undefined;
    if (!(await isFree(key, store))) continue;
    // Or not at all, unless it came between the two looks.
    const late = await store.get(key);
    return isUsable(late) ? share(late) : undefined;
  }
  return undefined;
}

function isNew(found: StoredAnswer, stale: StoredAnswer | undefined): boolean {
  return stale === undefined || found.storedMs > stale.storedMs;
}

async function isFree(key: string, store: Filling["context"]["store"]): Promise<boolean> {
  const lease = await store.lease(key);
  lease?.release();
  return lease !== undefined;
}

function pause(scheduler: Scheduler, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.after(delayMs, resolve);
  });
}
