import { formatErrors, isBackworksError } from "@backworks/core";
import type { StandardSchema } from "@backworks/core";
import { NotJudged } from "../check.ts";
import type { Finding, Rule } from "../check.ts";
import { processRules } from "../process-rules.ts";
import { descriptionsFinding } from "../schema-findings.ts";
import { valueText } from "../value-text.ts";
import { servedMode } from "./scenes.ts";
import type { ModeCall, ModeLife, ModeScenes } from "./scenes.ts";

type ModeRule = Rule<ModeScenes>;

/** Everything a mode is asked for. */
export const modeRules: readonly ModeRule[] = [
  {
    name: "definition: describes itself",
    sentence: "People read in one sentence how the mode answers.",
    judge({ mode: { description } }) {
      const words = typeof description === "string" ? description.trim().split(/\s+/) : [];
      if (words.length >= 2) return undefined;
      return { found: valueText(description), mend: "write description: how it answers, in one sentence" };
    },
  },
  {
    name: "definition: owns the key of its name",
    sentence: "mode: name is chosen by a block of the same name.",
    judge: ({ mode: { name, endpointKeys } }) =>
      name in endpointKeys
        ? undefined
        : { found: `no endpointKeys.${name}`, mend: `write endpointKeys: { ${name}: schema }` },
  },
  {
    name: "keys: describes every one",
    sentence: "The reference and editors show the description.",
    judge: ({ mode }) => firstOf([...schemasOf(mode.endpointKeys), ...schemasOf(mode.rootKeys)], descriptionsFinding),
  },
  {
    name: "keys: refuses what is wrong without throwing",
    sentence: "A schema says what is wrong; one that throws says it to nobody.",
    judge: ({ mode }) => firstOf([...schemasOf(mode.endpointKeys), ...schemasOf(mode.rootKeys)], hostileFinding),
  },
  {
    name: "served: is accepted by Backworks",
    sentence: "A configuration with an endpoint of the mode is served.",
    async judge({ life }) {
      const { refused } = await life();
      if (refused === undefined) return undefined;
      const found = isBackworksError(refused.error) ? formatErrors(refused.error) : valueText(refused.error);
      return { found, mend: "mend what the error names, or give modeContract an endpoint that is right" };
    },
  },
  {
    name: "request: is answered, before and after a reload",
    sentence: "The endpoint answers as before when something else of the configuration changed.",
    async judge({ life, options: { status = 200 } }) {
      const { statuses } = servedMode(await life());
      if (statuses.every((one) => one === status)) return undefined;
      const mend = "keep what handlers need until close; give status when another one is right";
      return { found: `answers ${statuses.join(", ")} instead of ${status}`, mend };
    },
  },
  ...(["close", "reset", "release", "health"] as const).map((step): ModeRule => ({
    name: `${step}: goes through`,
    sentence: `${step} neither throws nor hangs.`,
    judge: async ({ life }) => badFinding(step, servedMode(await life()).calls),
  })),
  {
    name: "close: comes as often as open",
    sentence: "What open returned is closed once: by the last App that has it, or by the mode where that opened it.",
    async judge({ mode, life }) {
      if (mode.close === undefined) throw new NotJudged("it has no close");
      const { calls } = servedMode(await life());
      const [opened, closed] = (["open", "close"] as const).map(
        (step) => calls.filter((call) => call.step === step).length,
      );
      return opened === closed
        ? undefined
        : {
            found: `opened ${opened} times, closed ${closed} times`,
            mend: "call close for what the mode opened by itself; if it opens nothing, report it",
          };
    },
  },
  {
    name: "refused: leaves nothing of a configuration that is refused",
    sentence: "A mode opens to find all mistakes of a configuration, and is closed at once.",
    async judge({ life, refused }) {
      if (hasLeft(await life())) throw new NotJudged("it leaves things open after a whole life too");
      const { left } = await refused();
      const open = Object.entries(left).filter(([, count]) => count > 0);
      const found = open.map(([kind, count]) => `${count} ${kind}`).join(", ");
      return open.length === 0
        ? undefined
        : { found: `${found} after close`, mend: "begin work in start, and free in close what open and compile took" };
    },
  },
  {
    name: "instances: two servers answer side by side",
    sentence: "Two servers in one process each have what they open for themselves.",
    async judge({ life, pair, options: { status = 200 } }) {
      if (servedMode(await life()).statuses.some((one) => one !== status)) throw new NotJudged("it does not answer");
      const statuses = await pair();
      if (statuses.every((one) => one === status)) return undefined;
      return { found: `answers ${statuses.join(", ")}`, mend: "keep state in what open returns, not in the module" };
    },
  },
  ...processRules<ModeScenes>(async ({ life }) => {
    const seen = servedMode(await life());
    if (badFinding("close", seen.calls) !== undefined) throw new NotJudged("it cannot be closed");
    return seen;
  }),
];

function schemasOf(keys: Readonly<Record<string, StandardSchema>> | undefined): readonly [string, StandardSchema][] {
  return Object.entries(keys ?? {});
}

async function firstOf(
  schemas: readonly [string, StandardSchema][],
  judge: (schema: StandardSchema) => Finding | undefined | Promise<Finding | undefined>,
): Promise<Finding | undefined> {
  for (const [key, schema] of schemas) {
    const finding = await judge(schema);
    if (finding !== undefined) return { ...finding, found: `${key}: ${finding.found}` };
  }
  return undefined;
}

async function hostileFinding(schema: StandardSchema): Promise<Finding | undefined> {
  for (const value of [null, 42, [[]], { surely_no_key: {} }]) {
    try {
      await schema["~standard"].validate(value);
    } catch (error) {
      return {
        found: `${valueText(value)} has it throw ${valueText(error)}`,
        mend: "return { issues: [{ message }] } instead",
      };
    }
  }
  return undefined;
}

function badFinding(step: ModeCall["step"], calls: readonly ModeCall[]): Finding | undefined {
  const bad = calls.find((call) => call.step === step && (call.failed !== undefined || !call.settled));
  if (bad === undefined) return undefined;
  const found = bad.failed === undefined ? `${step} did not end` : `${step} failed with ${valueText(bad.failed.error)}`;
  return { found, mend: `catch what can go wrong in ${step}, and give what it waits for a limit` };
}

function hasLeft({ left }: ModeLife): boolean {
  return Object.values(left).some((count) => count > 0);
}
