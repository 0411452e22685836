import { setTimeout as wait } from "node:timers/promises";
import { watchConsole } from "../console-watch.ts";
import { watchResources } from "../resource-watch.ts";
import type { ResourceKind } from "../resource-watch.ts";
import { collectStrays } from "../strays.ts";
import type { Strays } from "../strays.ts";
import { changesOf, countListeners, readSurroundings } from "../surroundings.ts";
import type { SurroundingKind } from "../surroundings.ts";
import { openStage } from "./stage.ts";
import type { Stage, StageParts } from "./stage.ts";
import type { Subject } from "./subject.ts";
import { watchPlugin } from "./witness.ts";
import type { Witness, WitnessSettings } from "./witness.ts";

/** What was seen of a plugin from its first step to its last. */
export interface Performance<Seen = unknown> {
  readonly witness: Witness;
  /** Why the configuration was refused; then nothing was served. */
  readonly refused: { readonly error: unknown } | undefined;
  /** What the script says. */
  readonly seen: Seen | undefined;
  /** What is open after the end. */
  readonly left: Readonly<Record<ResourceKind, number>>;
  /** Events of the process that have more listeners than before. */
  readonly listeners: readonly string[];
  /** What was different while it ran. */
  readonly changed: Readonly<Record<SurroundingKind, readonly string[]>>;
  readonly console: readonly string[];
  readonly strays: Strays;
}

/** What happens on the stage. */
export type Script<Seen> = (stage: Stage, witness: Witness) => Promise<Seen>;

export interface PerformSettings extends Omit<StageParts, "subject" | "plugin">, Pick<WitnessSettings, "alwaysAnew"> {}

/** One performance at a time: they look at the whole process. */
let before: Promise<unknown> = Promise.resolve();

/** Serves a plugin, does what the script says, and ends it, while everything is watched. */
export function perform<Seen>(
  subject: Subject,
  script: Script<Seen>,
  settings: PerformSettings = {},
): Promise<Performance<Seen>> {
  const turn = before.then(() => watched(subject, script, settings));
  before = turn.catch(() => {});
  return turn;
}

async function watched<Seen>(
  subject: Subject,
  script: Script<Seen>,
  settings: PerformSettings,
): Promise<Performance<Seen>> {
  const strays = collectStrays();
  const watch = watchResources();
  const output = watchConsole(() => watch.isUnder);
  const around = { surroundings: readSurroundings(), listeners: countListeners() };
  const witness = watchPlugin(subject.plugin, { under: watch.under, alwaysAnew: settings.alwaysAnew === true });
  try {
    const told = await tell({ ...settings, subject, plugin: witness.plugin }, async (stage) => script(stage, witness));
    const changed = changesOf(around.surroundings, told.surroundings);
    await settled(() => Object.values(watch.open()).every((count) => count === 0));
    const listeners = more(around.listeners, countListeners());
    return { witness, ...told, left: watch.open(), listeners, changed, console: [...output.used], strays };
  } finally {
    output.end();
    watch.end();
    strays.end();
  }
}

async function tell<Seen>(parts: StageParts, script: (stage: Stage) => Promise<Seen>) {
  let stage: Stage;
  try {
    stage = await openStage(parts);
  } catch (error) {
    return { refused: { error }, seen: undefined, surroundings: readSurroundings() };
  }
  let surroundings = readSurroundings();
  try {
    const seen = await script(stage);
    surroundings = readSurroundings();
    return { refused: undefined, seen, surroundings };
  } finally {
    await stage.close();
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
