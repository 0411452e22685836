import { readCondition, ConditionMistake } from "../alerts/condition.ts";
import { unknownPlaceholder } from "../alerts/rule.ts";
import { listRules } from "../alerts/rules.ts";
import type { AlertsOptions } from "./alerts.ts";
import type { CustomOptions } from "./custom.ts";

/** What is wrong with options that are right each for itself. */
export interface Disagreement {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Gauges that conditions may name. */
export function gaugeNames(custom: Readonly<Record<string, CustomOptions>>): readonly string[] {
  return Object.entries(custom).flatMap(([name, { type }]) => (type === "gauge" ? [name] : []));
}

/** Conditions that cannot be read, names that are there twice, channels that are not there. */
export function findDisagreements({
  alerts,
  custom,
}: {
  readonly alerts: AlertsOptions;
  readonly custom: Readonly<Record<string, CustomOptions>>;
}): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const names = new Set<string>();
  const gauges = gaugeNames(custom);
  for (const { options, path } of listRules(alerts)) {
    const add = (key: string, message: string): void => void found.push({ path: ["alerts", ...path, key], message });
    const isPreset = path[0] === "presets";
    const mistake = conditionMistake(options.condition, gauges);
    if (mistake !== undefined) add(isPreset ? "above" : "condition", mistake);
    if (names.has(options.name)) add("name", `is the name of a rule that is there already`);
    names.add(options.name);
    for (const key of ["summary", "description"] as const) {
      const unknown = isPreset ? undefined : unknownPlaceholder(options[key]);
      if (unknown !== undefined) add(key, `holds ${unknown}; there are {{ $value }} and {{ $labels.name }}`);
    }
    const missing = (options.channels ?? []).filter((name) => !Object.hasOwn(alerts.channels, name));
    if (missing.length > 0) add("channels", `names ${missing.join(", ")}, which is not below channels`);
  }
  return [...found, ...findIdleKeys(alerts.presets)];
}

/** Keys of presets that such a preset has no use for. */
function findIdleKeys(presets: AlertsOptions["presets"]): readonly Disagreement[] {
  return Object.entries(presets).flatMap(([name, preset]) => {
    if (preset === true || preset === undefined) return [];
    const idle = (["above", "objective"] as const).filter((key) => preset[key] !== undefined && !takes[key](name));
    return idle.map((key) => ({ path: ["alerts", "presets", name, key], message: `means nothing to ${name}` }));
  });
}

/** By key, which presets go by it. */
const takes: Readonly<Record<"above" | "objective", (preset: string) => boolean>> = {
  above: (preset) => ["high_error_rate", "slow_p95", "eventloop_lag"].includes(preset),
  objective: (preset) => preset === "slo_burn_rate",
};

function conditionMistake(text: string, gauges: readonly string[]): string | undefined {
  try {
    readCondition(text, gauges);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionMistake)) throw error;
    return error.message;
  }
}
