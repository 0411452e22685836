import { formatErrors, isBackworksError } from "@backworks/core";
import type { Finding } from "../../check.ts";
import { NotJudged } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import type { Performance } from "../perform.ts";
import type { Scenes } from "../scenes.ts";
import { hookSteps, lifeSteps } from "../steps.ts";
import type { Step } from "../steps.ts";
import type { Call } from "../witness.ts";
import type { PluginRule } from "./rule.ts";

/** Where a step is called; the others are called in `life`. */
const sceneOf: Partial<Record<Step, "rebuilt" | "reconfigured">> = {
  exportState: "rebuilt",
  importState: "rebuilt",
  reconfigure: "reconfigured",
};

const steps: readonly Step[] = [...lifeSteps, ...hookSteps];

/** That nothing throws, and that nothing hangs. */
export const lifeRules: readonly PluginRule[] = [
  {
    name: "served: is accepted by Backworks",
    sentence: "A configuration that enables the plugin is served.",
    async judge({ life }) {
      const { refused, witness } = await life();
      if (refused === undefined || witness.calls.some(({ failed, settled }) => failed !== undefined || !settled))
        return undefined;
      const found = isBackworksError(refused.error) ? formatErrors(refused.error) : valueText(refused.error);
      return { found, mend: "mend what the error names; requires belong into beside" };
    },
  },
  ...steps.map((step): PluginRule => ({
    name: `${step}: does not throw`,
    sentence: `${step} goes through, for every request and every answer there may be.`,
    judge: async (scenes) => failureFinding(step, await callsOf(step, scenes)),
  })),
  ...steps.map((step): PluginRule => ({
    name: `${step}: ends in time`,
    sentence: `${step} does not keep requests, reloads or the end of the process waiting.`,
    judge: async (scenes) => delayFinding(step, await callsOf(step, scenes), scenes),
  })),
];

async function callsOf(step: Step, scenes: Scenes): Promise<readonly Call[]> {
  const performance: Performance = await scenes[sceneOf[step] ?? "life"]();
  const calls = performance.witness.calls.filter((call) => call.step === step);
  if (calls.length === 0) throw new NotJudged(`${step} is not called`);
  return calls;
}

function failureFinding(step: Step, calls: readonly Call[]): Finding | undefined {
  const call = calls.find(({ failed }) => failed !== undefined);
  if (call === undefined) return undefined;
  const where = typeof call.given === "string" ? ` at ${call.given}` : "";
  const found = `${step} failed${where} with ${valueText(call.failed?.error)}`;
  return { found, mend: `catch what can go wrong in ${step}, and say it to the logger` };
}

function delayFinding(step: Step, calls: readonly Call[], { subject }: Scenes): Finding | undefined {
  const limitMs = hookSteps.some((hook) => hook === step) ? subject.hookMs : subject.lifecycleMs;
  const late = calls.find(({ settled, tookMs }) => !settled || tookMs > limitMs);
  if (late === undefined) return undefined;
  const where = typeof late.given === "string" ? ` at ${late.given}` : "";
  const took = late.settled ? `took ${Math.round(late.tookMs)} ms` : "did not end";
  const mend = `give everything ${step} waits for a limit (AbortSignal.timeout), or do it later and wait for nothing`;
  return { found: `${step}${where} ${took}; it has ${limitMs} ms`, mend };
}
