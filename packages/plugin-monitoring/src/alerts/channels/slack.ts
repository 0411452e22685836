import { toMs } from "@backworks/option-values";
import type { Channel } from "../dispatcher.ts";
import { lineOf, titleOf } from "../notification.ts";
import type { Notification } from "../notification.ts";
import type { OptionsOf } from "./options.ts";
import { post } from "./post.ts";
import type { ChannelTools } from "./post.ts";

/** Alerts that one message names; the rest is counted. */
const most = 20;

/** Sends a message by an incoming webhook. */
export function createSlack(name: string, options: OptionsOf<"slack">, tools: ChannelTools): Channel {
  const { url, channel, timeout } = options;
  return {
    name,
    sendsResolved: options.send_resolved,
    send: (notification) =>
      post({ url, body: toMessage(notification, channel) }, { ...tools, timeoutMs: toMs(timeout) }),
  };
}

function toMessage(notification: Notification, channel: string | undefined): object {
  const { status, alerts } = notification;
  const lines = alerts.slice(0, most).map((alert) => escape(lineOf(alert)));
  if (alerts.length > most) lines.push(`and ${alerts.length - most} more`);
  const title = escape(titleOf(notification));
  return {
    ...(channel !== undefined && { channel }),
    text: title,
    attachments: [{ color: status === "firing" ? "danger" : "good", fallback: title, text: lines.join("\n") }],
  };
}

/** Source: Slack, formatting of message text. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
