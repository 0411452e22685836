import type { Comparison, Condition } from "./condition.ts";
import { hasSeries } from "./condition.ts";
import { toRule } from "./rule.ts";
import type { RuleOptions } from "./rule.ts";
import { findSignal } from "./signal-names.ts";

/** What is exported. */
export interface ExportSource {
  /** Milliseconds from one evaluation to the next. */
  readonly intervalMs: number;
  readonly rules: readonly RuleOptions[];
  readonly gauges: readonly string[];
}

/** The rules as a file for `rule_files` of Prometheus. */
export function exportRules({ intervalMs, rules, gauges }: ExportSource): string {
  const written = rules.flatMap((options) => writeRule(options, gauges));
  const lines = ["groups:", "  - name: backworks", `    interval: ${writeDuration(intervalMs)}`];
  return `${[...lines, written.length === 0 ? "    rules: []" : "    rules:", ...written].join("\n")}\n`;
}

function writeRule(options: RuleOptions, gauges: readonly string[]): readonly string[] {
  const rule = toRule(options, gauges);
  const { alertname: _, ...labels } = rule.labels;
  const { forMs, keepFiringForMs } = rule.times;
  return [
    `      - alert: ${rule.name}`,
    `        expr: ${JSON.stringify(toPromql(rule.condition))}`,
    ...(forMs > 0 ? [`        for: ${writeDuration(forMs)}`] : []),
    ...(keepFiringForMs > 0 ? [`        keep_firing_for: ${writeDuration(keepFiringForMs)}`] : []),
    "        labels:",
    ...writeMap(labels),
    "        annotations:",
    ...writeMap(rule.annotations),
  ];
}

/** A text of JSON is one of YAML too. */
function writeMap(map: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(map).map(([name, value]) => `          ${name}: ${JSON.stringify(value)}`);
}

/** The comparison with a series for each of something comes first: its labels are those of the alert. */
export function toPromql({ comparisons }: Condition): string {
  const sorted = comparisons.toSorted((one, other) => Number(hasSeries(other.signal)) - Number(hasSeries(one.signal)));
  return sorted.map(writeComparison).join(" and on() ");
}

function writeComparison({ signal, operator, value }: Comparison): string {
  const { kind, name, windowMs } = signal;
  const expression = kind === "metric" ? name : (findSignal(kind)?.promql(writeDuration(windowMs)) ?? name);
  return `(${expression}) ${operator} ${value}`;
}

/** As Prometheus reads it: `300s`, `1500ms`. */
function writeDuration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${Math.round(milliseconds)}ms`;
}
