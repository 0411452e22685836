import { createHash } from "node:crypto";
import type { Labels } from "../families/text.ts";
import { writeLabels } from "../families/text.ts";
import { fillIn } from "./rule.ts";
import type { Rule } from "./rule.ts";
import type { AlertState } from "./rule-state.ts";

/** An alert as channels are told of it. */
export interface Alert {
  readonly status: "firing" | "resolved";
  /** Those of the rule and of the series. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Clock milliseconds. */
  readonly startsAt: number;
  /** Clock milliseconds; `undefined` while it fires. */
  readonly endsAt: number | undefined;
  /** The same for the same labels. */
  readonly fingerprint: string;
  /** Names of channels; all when `undefined`. */
  readonly channels: readonly string[] | undefined;
}

/** What is told of a state; nothing of one that never fired. */
export function toAlert(rule: Rule, alert: AlertState): Alert | undefined {
  if (alert.state === "pending" || alert.firedAt === undefined) return undefined;
  const labels = { ...alert.labels, ...rule.labels };
  const annotations = Object.entries(rule.annotations).map(([name, text]) => [
    name,
    fillIn(text, { labels, value: alert.value }),
  ]);
  return {
    status: alert.state,
    labels,
    annotations: Object.fromEntries(annotations) as Labels,
    startsAt: alert.firedAt,
    endsAt: alert.resolvedAt,
    fingerprint: fingerprintOf(labels),
    channels: rule.channels,
  };
}

function fingerprintOf(labels: Labels): string {
  const sorted = Object.fromEntries(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash("sha256").update(writeLabels(sorted)).digest("hex").slice(0, 16);
}
