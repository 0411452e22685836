import type { Logger, MaybePromise } from "@backworks/core";
import type { Channel } from "../dispatcher.ts";
import { createConsole } from "./console.ts";
import { createEmail } from "./email.ts";
import type { ChannelOptions, OptionsOf } from "./options.ts";
import type { ChannelTools } from "./post.ts";
import { createSlack } from "./slack.ts";
import { createWebhook } from "./webhook.ts";

type Tools = ChannelTools & { readonly logger: Logger };

const kinds: {
  readonly [Type in ChannelOptions["type"]]: (
    name: string,
    options: OptionsOf<Type>,
    tools: Tools,
  ) => MaybePromise<Channel>;
} = {
  webhook: createWebhook,
  slack: createSlack,
  email: createEmail,
  console: (name, options, { logger }) => createConsole(name, options, logger),
};

/** A channel of any kind. */
export async function createChannel(name: string, options: ChannelOptions, tools: Tools): Promise<Channel> {
  // The kind of the options is the one that is looked up.
  const create = kinds[options.type] as (name: string, options: ChannelOptions, tools: Tools) => MaybePromise<Channel>;
  return create(name, options, tools);
}
