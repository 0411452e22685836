import type { Logger } from "@backworks/core";
import type { Channel } from "../dispatcher.ts";
import { lineOf, titleOf } from "../notification.ts";
import type { OptionsOf } from "./options.ts";

/** Writes a line of the log. */
export function createConsole(name: string, options: OptionsOf<"console">, logger: Logger): Channel {
  return {
    name,
    sendsResolved: options.send_resolved,
    async send(notification) {
      const fields = { labels: notification.commonLabels, alerts: notification.alerts.map(lineOf) };
      if (notification.status === "firing") logger.error(titleOf(notification), fields);
      else logger.info(titleOf(notification), fields);
    },
  };
}
