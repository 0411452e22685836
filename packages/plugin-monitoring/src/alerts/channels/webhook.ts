import { toMs } from "@backworks/option-values";
import type { Channel } from "../dispatcher.ts";
import type { Notification } from "../notification.ts";
import type { OptionsOf } from "./options.ts";
import { post } from "./post.ts";
import type { ChannelTools } from "./post.ts";

/** Sends what Alertmanager sends to webhooks. */
export function createWebhook(name: string, options: OptionsOf<"webhook">, tools: ChannelTools): Channel {
  const { url, headers, timeout } = options;
  return {
    name,
    sendsResolved: options.send_resolved,
    send: (notification) =>
      post({ url, ...(headers && { headers }), body: toPayload(notification) }, { ...tools, timeoutMs: toMs(timeout) }),
  };
}

/** Source: Prometheus Alertmanager, configuration, `webhook_config`, version 4. */
function toPayload({ alerts, ...notification }: Notification): object {
  return {
    version: "4",
    truncatedAlerts: 0,
    externalURL: "",
    ...notification,
    alerts: alerts.map(({ status, labels, annotations, startsAt, endsAt, fingerprint }) => ({
      status,
      labels,
      annotations,
      startsAt: new Date(startsAt).toISOString(),
      // The zero of Go's time stands for an end that is not there.
      endsAt: endsAt === undefined ? "0001-01-01T00:00:00Z" : new Date(endsAt).toISOString(),
      generatorURL: "",
      fingerprint,
    })),
  };
}
