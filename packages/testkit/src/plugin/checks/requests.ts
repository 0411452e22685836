import { valueText } from "../../value-text.ts";
import { served } from "../scenes.ts";
import type { PluginRule } from "./rule.ts";

/** What a plugin does to requests. */
export const requestRules: readonly PluginRule[] = [
  {
    name: "request: ends its wait when the client leaves",
    sentence:
      "exchange.signal is aborted when nobody waits for the answer any more; a hook that goes on works for nobody.",
    async judge({ life, left }) {
      const hung = (await life()).witness.calls.some(({ settled }) => !settled);
      const late = served(await left());
      const [call] = late;
      if (call === undefined || hung) return undefined;
      const mend = "pass exchange.signal on to whatever the hook waits for";
      return { found: `${call.step} still waits 250 ms after the client left`, mend };
    },
  },
  {
    name: "request: may end after the plugin stopped",
    sentence: "A request that outlives the time to drain still passes through hooks when stop has run.",
    async judge({ life, cut }) {
      const earlier = (await life()).witness.calls;
      const { witness } = await cut();
      const call = witness.calls.find(
        ({ stopped, failed, step }) => stopped && failed !== undefined && step !== "cleanup",
      );
      if (call === undefined || earlier.some(({ step, failed }) => step === call.step && failed !== undefined))
        return undefined;
      const mend = "hooks find out themselves that it is over: look whether what stop and cleanup took away is there";
      return { found: `${call.step} after stop failed with ${valueText(call.failed?.error)}`, mend };
    },
  },
  {
    name: "request: is not written to",
    sentence: "Headers, parameters and query are what the client sent, for every plugin and the mode after this one.",
    async judge({ life }) {
      const { written } = (await life()).witness;
      const mend = "keep what you find out in exchange.state(key)";
      return written.includes("exchange.request") ? { found: "exchange.request was changed", mend } : undefined;
    },
  },
];
