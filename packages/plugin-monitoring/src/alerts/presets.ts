import type { RuleOptions } from "./rule.ts";

/** What a preset can be told. */
export interface PresetOptions {
  readonly above?: number | string | undefined;
  readonly duration?: number | string | undefined;
  readonly severity?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  /** Of `slo_burn_rate`: percent of the requests that must not fail. */
  readonly objective?: number | undefined;
}

/** Rules that everybody needs, by name. */
export const presetNames = [
  "high_error_rate",
  "slow_p95",
  "slo_burn_rate",
  "plugin_unhealthy",
  "upstream_down",
  "eventloop_lag",
] as const;

export type PresetName = (typeof presetNames)[number];

interface Preset {
  readonly above: number | string;
  readonly duration: string;
  readonly severity: string;
  readonly summary: string;
  condition(above: number | string): string;
}

const single: Readonly<Record<Exclude<PresetName, "slo_burn_rate">, Preset>> = {
  high_error_rate: {
    above: "5%",
    duration: "5m",
    severity: "critical",
    summary: "The share of requests that fail is {{ $value }}",
    condition: (above) => `error_rate[5m] > ${above}`,
  },
  slow_p95: {
    above: "1s",
    duration: "10m",
    severity: "warning",
    summary: "One request in twenty takes longer than {{ $value }} s",
    condition: (above) => `p95[5m] > ${above}`,
  },
  plugin_unhealthy: {
    above: 0,
    duration: "1m",
    severity: "warning",
    summary: "The plugin {{ $labels.plugin }} is not healthy",
    condition: (above) => `plugin_unhealthy > ${above}`,
  },
  upstream_down: {
    above: 0,
    duration: "1m",
    severity: "critical",
    summary: "{{ $labels.target }} of {{ $labels.upstream }} cannot be reached",
    condition: (above) => `upstream_down > ${above}`,
  },
  eventloop_lag: {
    above: "200ms",
    duration: "1m",
    severity: "warning",
    summary: "The event loop is late by {{ $value }} s",
    condition: (above) => `eventloop_lag > ${above}`,
  },
};

/** The rules of a preset. */
export function rulesOf(name: PresetName, options: PresetOptions): readonly RuleOptions[] {
  if (name === "slo_burn_rate") return burnRates(options);
  const preset = single[name];
  const { above = preset.above, duration = preset.duration, severity = preset.severity, channels } = options;
  const condition = preset.condition(above);
  return [{ name, condition, duration, keep_firing_for: 0, severity, summary: preset.summary, channels }];
}

/**
 * Two speeds at which the budget of errors of 30 days is used up: 2 % of it in an hour, 5 % in six hours.
 *
 * Source: Google, The Site Reliability Workbook, chapter 5: multiwindow, multi-burn-rate alerts.
 */
function burnRates({ objective = 99.9, duration = 0, severity, channels }: PresetOptions): readonly RuleOptions[] {
  const budget = (100 - objective) / 100;
  const rule = (speed: "fast" | "slow", factor: number, [long, short]: readonly [string, string]): RuleOptions => {
    const bound = Number((factor * budget).toPrecision(6));
    return {
      name: `slo_burn_rate_${speed}`,
      condition: `error_rate[${long}] > ${bound} and error_rate[${short}] > ${bound}`,
      duration,
      keep_firing_for: 0,
      severity: severity ?? (speed === "fast" ? "critical" : "warning"),
      labels: { window: long },
      summary: `Errors use up the budget of ${objective}% ${factor} times too fast`,
      channels,
    };
  };
  return [rule("fast", 14.4, ["1h", "5m"]), rule("slow", 6, ["6h", "30m"])];
}
