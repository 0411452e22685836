import type { Labels } from "../families/text.ts";
import { toMs } from "@backworks/option-values";
import { readCondition } from "./condition.ts";
import type { Condition } from "./condition.ts";
import type { RuleTimes } from "./rule-state.ts";

/** A rule as the configuration has it. */
export interface RuleOptions {
  readonly name: string;
  readonly condition: string;
  readonly duration: number | string;
  readonly keep_firing_for: number | string;
  readonly severity: string;
  readonly labels?: Labels | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly channels?: readonly string[] | undefined;
}

/** A rule, read. */
export interface Rule {
  readonly name: string;
  /** As it is written. */
  readonly text: string;
  readonly condition: Condition;
  readonly times: RuleTimes;
  /** Besides those of the series. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Names of channels; all when `undefined`. */
  readonly channels: readonly string[] | undefined;
}

export function toRule(options: RuleOptions, gauges: readonly string[]): Rule {
  const { name, condition, duration, keep_firing_for: keepFiringFor, severity, labels, channels } = options;
  const { summary = `${name}: ${condition}`, description } = options;
  return {
    name,
    text: condition,
    condition: readCondition(condition, gauges),
    times: { forMs: toMs(duration), keepFiringForMs: toMs(keepFiringFor) },
    labels: { alertname: name, severity, ...labels },
    annotations: { summary, ...(description !== undefined && { description }) },
    channels,
  };
}

/** `{{ $value }}` and `{{ $labels.name }}`, which Prometheus knows too. */
const placeholders = /\{\{\s*\$(value|labels\.(\w+))\s*\}\}/g;

/** Puts what they stand for in the place of placeholders. */
export function fillIn(text: string, { labels, value }: { readonly labels: Labels; readonly value: number }): string {
  return text.replace(placeholders, (_, what: string, label: string | undefined) =>
    what === "value" ? String(Number(value.toPrecision(4))) : (labels[label ?? ""] ?? ""),
  );
}

/** The first thing in a text that looks like a placeholder and is none. */
export function unknownPlaceholder(text: string = ""): string | undefined {
  return /\{\{.*?(?:\}\}|$)/.exec(text.replace(placeholders, ""))?.[0];
}
