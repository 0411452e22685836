import type { Logger } from "@backworks/core";
import type { Channel } from "../dispatcher.ts";
import { createConsole } from "./console.ts";
import { createEmail } from "./email.ts";
import type { ChannelOptions } from "./options.ts";
import type { ChannelTools } from "./post.ts";
import { createSlack } from "./slack.ts";
import { createWebhook } from "./webhook.ts";

/** A channel of any kind. */
export async function createChannel(
  name: string,
  options: ChannelOptions,
  tools: ChannelTools & { readonly logger: Logger },
): Promise<Channel> {
  switch (options.type) {
    case "webhook":
      return createWebhook(name, options, tools);
    case "slack":
      return createSlack(name, options, tools);
    case "email":
      return createEmail(name, options);
    case "console":
      return createConsole(name, options, tools.logger);
  }
}
