import type { JsonValue } from "@backworks/core";
import type { Stage } from "./stage.ts";
import type { Subject } from "./subject.ts";
import type { Witness } from "./witness.ts";

/** What came of an action. */
export interface Acted {
  readonly action: string;
  readonly given: JsonValue;
  /** Whether the author says that it is right. */
  readonly isMeant: boolean;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** What is right for no action, or for one that looks at nothing. */
const strange: readonly JsonValue[] = [null, 42, "text", [], [null], {}];

/** Has the plugin carry out each of its actions with what the author gives, and with what a stranger might. */
export async function act(
  stage: Stage,
  { instances }: Witness,
  { plugin, actions }: Subject,
): Promise<readonly Acted[]> {
  const acted: Acted[] = [];
  for (const action of Object.keys(instances.at(-1)?.made.contributes?.actions ?? {})) {
    const meant = (actions[action] ?? []).map((given) => ({ action, given, isMeant: true }));
    const others = strange.map((given) => ({ action, given, isMeant: false }));
    for (const one of [...meant, ...others]) {
      const end = await stage.app.plugins.act(plugin.name, action, one.given).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      acted.push({ ...one, ...end });
    }
  }
  return acted;
}
