import { watchProcess } from "../watch-process.ts";
import type { ProcessFacts, WatchTools } from "../watch-process.ts";
import { openStage } from "./stage.ts";
import type { Stage, StageParts } from "./stage.ts";
import type { Subject } from "./subject.ts";
import { watchPlugin } from "./witness.ts";
import type { Witness, WitnessSettings } from "./witness.ts";

/** What was seen of a plugin from its first step to its last. */
export interface Performance<Seen = unknown> extends ProcessFacts {
  readonly witness: Witness;
  /** Why the configuration was refused; then nothing was served. */
  readonly refused: { readonly error: unknown } | undefined;
  /** What the script says. */
  readonly seen: Seen | undefined;
}

/** What happens on the stage. */
export type Script<Seen> = (stage: Stage, witness: Witness) => Promise<Seen>;

export interface PerformSettings extends Omit<StageParts, "subject" | "plugin">, Pick<WitnessSettings, "alwaysAnew"> {}

/** Serves a plugin, does what the script says, and ends it, while everything is watched. */
export async function perform<Seen>(
  subject: Subject,
  script: Script<Seen>,
  settings: PerformSettings = {},
): Promise<Performance<Seen>> {
  const { result, facts } = await watchProcess(async ({ under, outside, look }) => {
    const witness = watchPlugin(subject.plugin, { under, outside, alwaysAnew: settings.alwaysAnew === true });
    const parts = { ...settings, subject, plugin: witness.plugin };
    return { witness, ...(await tell(parts, { look, script: (stage) => script(stage, witness) })) };
  });
  return { ...result, ...facts };
}

interface Telling<Seen> extends Pick<WatchTools, "look"> {
  script(stage: Stage): Promise<Seen>;
}

async function tell<Seen>(parts: StageParts, { look, script }: Telling<Seen>) {
  let stage: Stage;
  try {
    stage = await openStage(parts);
  } catch (error) {
    look();
    return { refused: { error }, seen: undefined };
  }
  try {
    return { refused: undefined, seen: await script(stage) };
  } finally {
    look();
    await stage.close();
  }
}
