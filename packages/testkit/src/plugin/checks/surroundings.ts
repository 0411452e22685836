import { isDeepStrictEqual } from "node:util";
import { NotJudged } from "../../check.ts";
import { processRules } from "../../process-rules.ts";
import { valueText } from "../../value-text.ts";
import type { Scenes } from "../scenes.ts";
import type { PluginRule } from "./rule.ts";

/** What a plugin leaves behind, and what it touches that belongs to all. */
export const surroundingRules: readonly PluginRule[] = [
  ...processRules<Scenes>(async ({ life }) => {
    const performance = await life();
    if (stopFailed(performance.witness.calls)) throw new NotJudged("it cannot be stopped");
    return performance;
  }),
  {
    name: "context: is not written to",
    sentence: "Options and facts of the App are shared with whoever else reads them.",
    async judge({ life }) {
      const written = (await life()).witness.written.filter((what) => !what.startsWith("exchange."));
      return written.length === 0
        ? undefined
        : { found: `${written.join(", ")} changed in initialize`, mend: "work on a copy" };
    },
  },
  {
    name: "instances: share no state",
    sentence: "Two servers in one process, and two generations of one, each have their own instance.",
    async judge({ pair }) {
      const { before, after } = await pair();
      if (isDeepStrictEqual(before, after)) return undefined;
      const found = `metrics of a server nobody asked went from ${valueText(before)} to ${valueText(after)}`;
      return { found, mend: "keep state in the closure of initialize, not in the module" };
    },
  },
];

/** What could not be stopped is left open. */
function stopFailed(calls: Awaited<ReturnType<Scenes["life"]>>["witness"]["calls"]): boolean {
  return calls.some(
    ({ step, failed, settled }) => (step === "stop" || step === "cleanup") && (failed !== undefined || !settled),
  );
}
