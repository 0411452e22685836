import { pluginApiVersion, satisfies } from "@backworks/core";
import type { Finding } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import type { PluginRule } from "./rule.ts";

const brand = Symbol.for("backworks.plugin");

/** What the definition says of the plugin. */
export const definitionRules: readonly PluginRule[] = [
  {
    name: "definition: made with definePlugin",
    sentence: "The mark of definePlugin makes a package's export a plugin for every copy of core.",
    judge: ({ subject: { plugin } }) =>
      Reflect.get(plugin, brand) === true
        ? undefined
        : { found: "a plain object", mend: "export default definePlugin({ … })" },
  },
  {
    name: "definition: describes itself",
    sentence: "People read in one sentence what the plugin does, in lists and in searches.",
    judge: ({ subject: { plugin } }) => describes(plugin.description),
  },
  {
    name: "definition: names the contract it was written for",
    sentence: "apiVersion is a range that holds the contract of the core that is installed.",
    async judge({ subject: { plugin } }) {
      const { apiVersion } = plugin;
      if (apiVersion === undefined) return { found: "no apiVersion", mend: `write apiVersion: "^${pluginApiVersion}"` };
      if (await satisfies(pluginApiVersion, apiVersion)) return undefined;
      const found = `apiVersion ${apiVersion}, and the contract is ${pluginApiVersion}`;
      return {
        found,
        mend: "adapt the plugin to the contract that is installed, or test with the core it was written for",
      };
    },
  },
  {
    name: "definition: says what its failure does to a request",
    sentence:
      "open skips a failing hook, closed refuses the request: a plugin with hooks says which, where somebody can read it.",
    async judge({ subject: { plugin }, life }) {
      const { witness } = await life();
      const hooks = witness.instances.flatMap(
        ({ made }) => made.beforeRequest ?? made.around ?? made.afterResponse ?? [],
      );
      if (hooks.length === 0 || plugin.failure !== undefined) return undefined;
      return {
        found: "hooks, and no failure",
        mend: 'write failure: "open", or "closed" where going on without it is dangerous',
      };
    },
  },
];

function describes(description: unknown): Finding | undefined {
  if (typeof description === "string" && description.trim().split(/\s+/).length >= 2) return undefined;
  return { found: valueText(description), mend: "write description: what it does, in one sentence" };
}
