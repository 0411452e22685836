import { NotJudged } from "../../check.ts";
import type { Finding } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import type { Scenes } from "../scenes.ts";
import type { Step } from "../steps.ts";
import type { PluginRule } from "./rule.ts";

/** What a plugin says of itself. */
export const reportRules: readonly PluginRule[] = [
  {
    name: "healthCheck: gives a status",
    sentence: "Probes understand healthy, degraded and unhealthy, with a sentence for people.",
    judge: async (scenes) => healthFinding(await valueOf("healthCheck", scenes)),
  },
  {
    name: "healthCheck: gives details that JSON can hold",
    sentence: "Details are written as JSON into /health.",
    async judge(scenes) {
      const { details } = toObject(await valueOf("healthCheck", scenes));
      if (details === undefined || isJson(details)) return undefined;
      return {
        found: `details ${valueText(details)}`,
        mend: "give texts, numbers, lists and mappings only, without circles",
      };
    },
  },
  {
    name: "getMetrics: gives numbers",
    sentence: "Metrics are finite numbers by name; anything else is left out where they are shown.",
    async judge(scenes) {
      const value = await valueOf("getMetrics", scenes);
      const wrong = Object.entries(toObject(value)).find(([, number]) => !Number.isFinite(number));
      if (wrong === undefined && typeof value === "object" && value !== null) return undefined;
      const found = wrong === undefined ? valueText(value) : `${wrong[0]} is ${valueText(wrong[1])}`;
      return { found, mend: "return { name: number }, 0 while there is nothing to tell" };
    },
  },
  {
    name: "getMetrics: names them well",
    sentence: "Names are letters, digits and underscores, so that every system of metrics can take them.",
    async judge(scenes) {
      const odd = Object.keys(toObject(await valueOf("getMetrics", scenes))).find(
        (name) => !/^[a-zA-Z_]\w*$/.test(name),
      );
      return odd === undefined ? undefined : { found: valueText(odd), mend: "name it like requests or cache_hits" };
    },
  },
];

/** The last that was given. */
async function valueOf(step: Step, { life }: Scenes): Promise<unknown> {
  const { witness } = await life();
  const call = witness.calls.findLast((one) => one.step === step && one.settled && one.failed === undefined);
  if (call === undefined) throw new NotJudged(`${step} gives nothing`);
  return call.value;
}

function healthFinding(value: unknown): Finding | undefined {
  const { status, message } = toObject(value);
  const mend = 'return { status: "healthy" | "degraded" | "unhealthy", message? }';
  if (!["healthy", "degraded", "unhealthy"].includes(String(status))) return { found: valueText(value), mend };
  return message === undefined || typeof message === "string"
    ? undefined
    : { found: `message ${valueText(message)}`, mend };
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Whether a value comes back from JSON as what it was. */
function isJson(value: unknown): boolean {
  try {
    const text = JSON.stringify(value);
    return !(text === undefined || (text === "{}" && Object.keys(toObject(value)).length > 0));
  } catch {
    return false;
  }
}
