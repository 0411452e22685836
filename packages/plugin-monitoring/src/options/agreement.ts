import { readCondition, ConditionMistake } from "../alerts/condition.ts";
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
    const missing = (options.channels ?? []).filter((name) => !Object.hasOwn(alerts.channels, name));
    if (missing.length > 0) add("channels", `names ${missing.join(", ")}, which is not below channels`);
  }
  return found;
}

function conditionMistake(text: string, gauges: readonly string[]): string | undefined {
  try {
    readCondition(text, gauges);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionMistake)) throw error;
    return error.message;
  }
}
