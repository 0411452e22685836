import { isBackworksError } from "@backworks/core";
import type { Finding } from "../../check.ts";
import { NotJudged } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import type { Acted } from "../acting.ts";
import { served } from "../scenes.ts";
import type { Scenes } from "../scenes.ts";
import type { PluginRule } from "./rule.ts";

/** What commands ask of the server. */
export const actionRules: readonly PluginRule[] = [
  {
    name: "actions: go through",
    sentence: "What a command asks for is done, and soon.",
    async judge(scenes) {
      const failed = (await actedOf(scenes)).find(({ isMeant, error }) => isMeant && error !== undefined);
      return (
        failed && { found: failure(failed), mend: "give pluginContract what is right as actions, or mend the action" }
      );
    },
  },
  {
    name: "actions: say what they were given wrong",
    sentence: "A command may be of another version, or of another plugin's making: what it gives is looked at.",
    async judge(scenes) {
      const failed = (await actedOf(scenes)).find(({ isMeant, error }) => !isMeant && isOwnFailure(error));
      const mend = 'throw new BackworksError("BW_REQUEST_INVALID", { problem }) for what is not as it should be';
      return failed && { found: failure(failed), mend };
    },
  },
  {
    name: "actions: give what JSON can hold",
    sentence: "What an action returns goes to the command as JSON.",
    async judge(scenes) {
      const odd = (await actedOf(scenes)).find(({ value }) => !isPlain(value));
      return (
        odd && {
          found: `${odd.action} gives ${valueText(odd.value)}`,
          mend: "return texts, numbers, lists and mappings",
        }
      );
    },
  },
];

async function actedOf({ acted }: Scenes): Promise<readonly Acted[]> {
  const all = served(await acted());
  if (all.length === 0) throw new NotJudged("it has no actions");
  return all;
}

function isOwnFailure(error: unknown): boolean {
  if (error === undefined) return false;
  return !isBackworksError(error) || error.code === "BW_PLUGIN_FAILED" || error.code === "BW_PLUGIN_TIMEOUT";
}

function failure({ action, given, error }: Acted): Finding["found"] {
  return `${action} of ${valueText(given)} failed with ${valueText(error)}`;
}

function isPlain(value: unknown): boolean {
  if (value === null || ["undefined", "string", "boolean"].includes(typeof value)) return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  const isMapping = typeof value === "object" && Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {}) === null;
  return isMapping && Object.values(value).every(isPlain);
}
