import { isBackworksError } from "@backworks/core";
import { NotJudged } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import { served } from "../scenes.ts";
import type { Call } from "../witness.ts";
import type { PluginRule } from "./rule.ts";

/** What a plugin does at a reload. */
export const reloadRules: readonly PluginRule[] = [
  {
    name: "reload: starts beside the instance before",
    sentence: "At a reload the next instance starts before the present one stops.",
    async judge({ rebuilt }) {
      const { witness, ...performance } = await rebuilt();
      served({ witness, ...performance });
      const again = witness.calls.find(
        ({ step, instance, failed }) => isBeginning(step) && instance > 0 && failed !== undefined,
      );
      if (again === undefined) return undefined;
      const mend =
        "hold ports, files and locks in context.resources.acquire(key, { open, close }): both instances share them";
      return { found: `${again.step} of the second instance failed with ${valueText(again.failed?.error)}`, mend };
    },
  },
  {
    name: "reload: loses no request",
    sentence: "Requests under way while an instance takes the place of another are answered as before.",
    async judge({ life, rebuilt }) {
      if ((await life()).witness.calls.some(isBad)) throw new NotJudged("its hooks fail");
      const { witness, ...performance } = await rebuilt();
      const { statuses } = served({ witness, ...performance });
      const worse = statuses.find((status) => status === undefined || status >= 500);
      if (worse === undefined && statuses.every((status) => status !== undefined)) return undefined;
      return { found: `answers ${statuses.join(", ")}`, mend: "let what a request needs live until cleanup" };
    },
  },
  {
    name: "reconfigure: takes other options and the first ones again",
    sentence: "A reload that fails later on gives the old options back, so reconfigure must be reversible.",
    async judge({ reconfigured }) {
      const { witness, ...performance } = await reconfigured();
      const { error } = served({ witness, ...performance });
      const calls = witness.calls.filter(({ step }) => step === "reconfigure");
      if (calls.some(isBad)) throw new NotJudged("reconfigure fails");
      // Options that are refused have a check of their own.
      if (isBackworksError(error) && error.code === "BW_CONFIG_INVALID")
        throw new NotJudged("otherOptions are refused");
      if (error !== undefined)
        return { found: valueText(error), mend: "take every valid option in place, or return false" };
      const odd = calls.find(({ value }) => value !== undefined && typeof value !== "boolean");
      if (odd === undefined) return undefined;
      return {
        found: `reconfigure gave ${valueText(odd.value)}`,
        mend: "return false to be built anew, and nothing otherwise",
      };
    },
  },
  {
    name: "state: is data",
    sentence: "What exportState gives outlives the instance: it holds no functions, sockets or timers.",
    async judge({ rebuilt }) {
      const call = exported((await rebuilt()).witness.calls);
      try {
        structuredClone(call.value);
        return undefined;
      } catch (error) {
        return { found: valueText(error), mend: "export plain values; hold connections in context.resources" };
      }
    },
  },
  {
    name: "state: arrives whole",
    sentence: "What one instance exports, the next one exports again.",
    async judge({ rebuilt }) {
      const { calls, instances } = (await rebuilt()).witness;
      const imports = calls.filter(({ step }) => step === "importState");
      if (imports.some(isBad)) throw new NotJudged("importState fails");
      const call = exported(calls);
      if (instances[call.instance + 1] === undefined) throw new NotJudged("there is no second instance");
      if (imports.length > 0) return undefined;
      return { found: "exportState, and no importState", mend: "write importState(state), or leave exportState out" };
    },
  },
  {
    name: "state: of another version does no harm",
    sentence: "The instance before may be of another version of the plugin: take what you understand.",
    async judge({ rebuilt }) {
      const { witness, ...performance } = await rebuilt();
      served({ witness, ...performance });
      const last = witness.instances.at(-1)?.made;
      if (last?.importState === undefined) throw new NotJudged("it has no importState");
      if (witness.calls.some((call) => call.step === "importState" && isBad(call)))
        throw new NotJudged("importState fails");
      for (const state of foreignStates) {
        try {
          await last.importState(state);
        } catch (error) {
          const found = `${valueText(state)} has importState fail with ${valueText(error)}`;
          return { found, mend: "look at the shape of the state before using it" };
        }
      }
      return undefined;
    },
  },
  {
    name: "end: needs no start",
    sentence: "cleanup runs as well when another plugin fails before this one was started.",
    async judge({ half, life }) {
      if ((await life()).witness.calls.some((call) => call.step === "cleanup" && isBad(call)))
        throw new NotJudged("cleanup fails");
      const call = (await half()).witness.calls.find((one) => one.step === "cleanup" && isBad(one));
      if (call === undefined) return undefined;
      const why = call.failed === undefined ? "did not end" : `failed with ${valueText(call.failed.error)}`;
      return { found: `cleanup without start ${why}`, mend: "free only what is there" };
    },
  },
  {
    name: "end: frees what initialize took, without a start",
    sentence: "An instance that never started leaves nothing open.",
    async judge({ half, life }) {
      if (Object.values((await life()).left).some((count) => count > 0))
        throw new NotJudged("it leaves things open after a whole life too");
      const open = Object.entries((await half()).left).filter(([, count]) => count > 0);
      if (open.length === 0) return undefined;
      const found = open.map(([kind, count]) => `${count} ${kind}`).join(", ");
      return { found: `${found} after cleanup`, mend: "free in cleanup, not in stop, what initialize opened" };
    },
  },
];

const foreignStates: readonly unknown[] = [{ of: "another version" }, "text", [], 7];

function isBeginning(step: string): boolean {
  return step === "initialize" || step === "start";
}

function isBad({ failed, settled }: Call): boolean {
  return failed !== undefined || !settled;
}

function exported(calls: readonly Call[]): Call {
  const call = calls.find((one) => one.step === "exportState" && !isBad(one) && one.value !== undefined);
  if (call === undefined) throw new NotJudged("it exports no state");
  return call;
}
