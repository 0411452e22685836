import { NotJudged } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import { served } from "../scenes.ts";
import type { Scenes } from "../scenes.ts";
import { hookSteps } from "../steps.ts";
import type { Call } from "../witness.ts";
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
    name: "request: may be cut off",
    sentence:
      "A request that outlives the time to drain is answered with an error while its signal is aborted; hooks go through all the same.",
    async judge({ life, cut }) {
      const earlier = (await life()).witness.calls;
      const call = (await cut()).witness.calls.find(({ failed, step }) => isHook(step) && failed !== undefined);
      if (call === undefined || earlier.some(({ step, failed }) => step === call.step && failed !== undefined))
        return undefined;
      const mend = "expect that exchange.signal is aborted, in every hook";
      return { found: `${call.step} failed with ${valueText(call.failed?.error)}`, mend };
    },
  },
  {
    name: "response: arrives whole",
    sentence:
      "Streams, bytes and bodies that pass through get to the client to their last byte, whatever is made of them.",
    async judge({ life }) {
      const [path] = served(await life());
      if (path === undefined) return undefined;
      const mend = "join streams with pipeline(), which passes errors on, and leave content-length to Backworks";
      return { found: `the answer of GET ${path} breaks off or is a 500`, mend };
    },
  },
  {
    name: "response: has its headers set by their methods",
    sentence: "A header that is assigned like a member of an object is sent to nobody.",
    async judge({ life }) {
      if (!(await life()).witness.written.includes("exchange.response.headers")) return undefined;
      const mend = 'write response.headers.set("x-name", "value")';
      return { found: "a member of response.headers was assigned", mend };
    },
  },
  {
    name: "around: answers",
    sentence:
      "What the hook returns is the answer: without it the client gets an empty 204, whatever the handler said.",
    async judge(scenes) {
      const call = (await aroundCalls(scenes)).find(
        ({ settled, failed, value }) =>
          settled && failed === undefined && (typeof value !== "object" || value === null),
      );
      if (call === undefined) return undefined;
      const found = `around gave ${valueText(call.value)} at ${String(call.given)}`;
      return { found, mend: "return a response, your own or that of next(exchange)" };
    },
  },
  {
    name: "around: asks the handler once",
    sentence: "A handler that answered is not asked again for the same request: what it does would be done twice.",
    async judge(scenes) {
      const call = (await aroundCalls(scenes)).find(({ asked }) => asked?.askedAgain === true);
      if (call === undefined) return undefined;
      const mend = "keep what next(exchange) gave; ask again only when it failed, or with an exchange of your own";
      return { found: `next was called twice at ${String(call.given)}`, mend };
    },
  },
  {
    name: "request: is not written to",
    sentence: "Headers, parameters and query are what the client sent, for every plugin and the mode after this one.",
    async judge({ life }) {
      const { written } = (await life()).witness;
      const mend =
        "keep what you find out in exchange.state(key), or show it to the endpoint: next(changeRequest(exchange, …))";
      return written.includes("exchange.request") ? { found: "exchange.request was changed", mend } : undefined;
    },
  },
];

async function aroundCalls({ life }: Scenes): Promise<readonly Call[]> {
  const calls = (await life()).witness.calls.filter(({ step }) => step === "around");
  if (calls.length === 0) throw new NotJudged("around is not called");
  return calls;
}

function isHook(step: string): boolean {
  return hookSteps.some((hook) => hook === step);
}
