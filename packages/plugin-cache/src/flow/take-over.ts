import type { Scheduler } from "@backworks/core";
import type { StoredAnswer } from "../stored.ts";
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
  while (clock.monotonic() < untilMs) {
    await pause(scheduler, lookMs);
    const found = await store.get(key);
    if (found?.kind === "answer" && isNew(found, stale) && useOf(found, look.wishes, clock.now()) === "fresh") {
      return { kind: "shared", answer: found, key, names, status: undefined, stored: true };
    }
    // It was stored under more fields than were known, or not at all: then this process asks for itself.
    if (found?.kind === "vary" || (await isFree(key, store))) return undefined;
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
