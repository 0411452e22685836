import { setTimeout as wait } from "node:timers/promises";
import { watchConsole } from "./console-watch.ts";
import { watchResources } from "./resource-watch.ts";
import type { ResourceKind } from "./resource-watch.ts";
import { collectStrays } from "./strays.ts";
import type { Strays } from "./strays.ts";
import { changesOf, countListeners, readSurroundings } from "./surroundings.ts";
import type { SurroundingKind } from "./surroundings.ts";

/** What became of the process. */
export interface ProcessFacts {
  /** What is open after the end. */
  readonly left: Readonly<Record<ResourceKind, number>>;
  /** Events of the process that have more listeners than before. */
  readonly listeners: readonly string[];
  /** What was different while it ran. */
  readonly changed: Readonly<Record<SurroundingKind, readonly string[]>>;
  /** Methods of the console that were called. */
  readonly console: readonly string[];
  readonly strays: Strays;
}

/** What code does that is watched. */
export interface WatchTools {
  /** Runs code of the author. */
  under<T>(run: () => T): T;
  /** Runs code of others that the author's has called. */
  outside<T>(run: () => T): T;
  /** To be called while everything runs, the last time counts. */
  look(): void;
}

/** One at a time: the whole process is looked at. */
let before: Promise<unknown> = Promise.resolve();

/** Does something and tells what became of the process meanwhile and afterwards. */
export function watchProcess<T>(act: (tools: WatchTools) => Promise<T>): Promise<{ result: T; facts: ProcessFacts }> {
  const turn = before.then(() => watched(act));
  before = turn.catch(() => {});
  return turn;
}

async function watched<T>(act: (tools: WatchTools) => Promise<T>): Promise<{ result: T; facts: ProcessFacts }> {
  const strays = collectStrays();
  const watch = watchResources();
  const output = watchConsole(() => watch.isUnder);
  const around = { surroundings: readSurroundings(), listeners: countListeners() };
  let during = around.surroundings;
  try {
    const { under, outside } = watch;
    const result = await act({ under, outside, look: () => (during = readSurroundings()) });
    await settled(() => Object.values(watch.open()).every((count) => count === 0));
    const listeners = more(around.listeners, countListeners());
    const changed = changesOf(around.surroundings, during);
    return { result, facts: { left: watch.open(), listeners, changed, console: [...output.used], strays } };
  } finally {
    output.end();
    watch.end();
    strays.end();
  }
}

/** What is closed is gone a moment later. */
const longestMs = 400;
const stepMs = 20;

async function settled(holds: () => boolean): Promise<void> {
  // Errors that nobody catches are told a turn later.
  await wait(stepMs);
  for (let waited = stepMs; waited < longestMs && !holds(); waited += stepMs) await wait(stepMs);
}

function more(earlier: ReadonlyMap<string, number>, later: ReadonlyMap<string, number>): readonly string[] {
  return [...later].flatMap(([event, count]) => (count > (earlier.get(event) ?? 0) ? [event] : []));
}
