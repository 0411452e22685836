import type { Labels } from "../families/text.ts";
import type { Alert } from "./alert.ts";

/** Alerts of one group, for one channel. */
export interface Notification {
  /** Name of the channel. */
  readonly receiver: string;
  /** `resolved` when none of them fires any more. */
  readonly status: "firing" | "resolved";
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** What all of them have. */
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly alerts: readonly Alert[];
}

export function toNotification(
  group: { readonly channel: string; readonly key: string; readonly labels: Labels },
  alerts: readonly Alert[],
): Notification {
  return {
    receiver: group.channel,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    groupKey: group.key,
    groupLabels: group.labels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    alerts,
  };
}

function common([first = {}, ...others]: readonly Labels[]): Labels {
  const shared = Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value));
  return Object.fromEntries(shared);
}

/** A line for people: `FIRING high_error_rate (2 alerts)`. */
export function titleOf({ status, alerts, commonLabels }: Notification): string {
  const name = commonLabels["alertname"] ?? "alerts";
  return `${status.toUpperCase()} ${name}${alerts.length > 1 ? ` (${alerts.length} alerts)` : ""}`;
}

/** What one alert says of itself. */
export function lineOf({ status, labels, annotations }: Alert): string {
  const text = [annotations["summary"], annotations["description"]].filter((part) => part !== undefined).join(". ");
  return `${status === "firing" ? "firing" : "resolved"}: ${text === "" ? (labels["alertname"] ?? "") : text}`;
}
