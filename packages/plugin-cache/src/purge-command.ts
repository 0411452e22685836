import { parseArgs } from "node:util";
import { array, boolean, strictObject, string } from "zod/mini";
import { BackworksError } from "@backworks/core";
import type { PluginAction, PluginCommand } from "@backworks/core";
import { carryOut, notYetEverywhere } from "./purge-order.ts";
import type { PurgeOrder } from "./purge-order.ts";
import type { CacheService } from "./service.ts";

const usage = "backworks cache purge --tag <tag> --url <path> --endpoint <name> --all, each as often as you like";

/** `backworks cache purge`: needs no token, whoever may use the control listener of the server is its user. */
export const purgeCommand: PluginCommand = {
  name: "cache",
  description: "Throw away what the cache of the running server stores: cache purge --tag, --url, --endpoint, --all",
  async run(words, { ask, write, logger }) {
    if (words.includes("--help")) {
      write(`${usage}\n`);
      return 0;
    }
    const order = readOrder(words);
    if (typeof order === "string") {
      logger.error(`${order}; ${usage}`);
      return 2;
    }
    const isDone = await ask("purge", { ...order });
    write(isDone === true ? "thrown away\n" : `${notYetEverywhere}\n`);
    return 0;
  },
};

/** What the words ask for, or what is wrong with them. */
function readOrder(words: readonly string[]): PurgeOrder | string {
  const many = { type: "string", multiple: true } as const;
  const options = { tag: many, url: many, endpoint: many, all: { type: "boolean" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    if (positionals.join(" ") !== "purge")
      return `purge is what backworks cache can do, and not "${positionals.join(" ")}"`;
    const { tag: tags = [], url: urls = [], endpoint: endpoints = [], all = false } = values;
    if ([tags, urls, endpoints].flat().length === 0 && !all) return "nothing is named that is to be thrown away";
    return { tags, urls, endpoints, all };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Does it in the server. */
export function purgeAction(service: CacheService): PluginAction {
  return (given) => {
    const checked = orderSchema.safeParse(given);
    if (checked.success) return carryOut(checked.data, service);
    throw new BackworksError("BW_CACHE_PURGE_WHAT", {}, { hint: checked.error.issues[0]?.message });
  };
}

/** The command may be of another version. */
const orderSchema = strictObject({
  tags: array(string()),
  urls: array(string()),
  endpoints: array(string()),
  all: boolean(),
});
