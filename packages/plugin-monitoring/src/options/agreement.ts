import { readCondition, ConditionMistake } from "../alerts/condition.ts";
import { presetNames } from "../alerts/presets.ts";
import type { PresetName } from "../alerts/presets.ts";
import { unknownPlaceholder } from "../alerts/rule.ts";
import { rulesOfPresets } from "../alerts/rules.ts";
import { presetSchema } from "./alerts.ts";
import type { AlertsOptions } from "./alerts.ts";

/** What is wrong with options that are right each for itself. */
export interface Disagreement {
  readonly path: Path;
  readonly message: string;
}

type Path = readonly (string | number)[];

/** Gauges of `custom:`, which conditions may name. */
export function gaugeNames(custom: unknown): readonly string[] {
  return Object.entries(mapping(custom)).flatMap(([name, options]) =>
    mapping(options)["type"] === "gauge" ? [name] : [],
  );
}

/**
 * Conditions that cannot be read, names that are there twice, channels that are not there, keys that mean nothing.
 *
 * The options may have other mistakes: what is of another kind than it should be is passed over.
 */
export function findDisagreements(options: unknown): readonly Disagreement[] {
  const { alerts, custom } = mapping(options);
  const { rules, channels } = mapping(alerts);
  const presets = readPresets(mapping(alerts)["presets"]);
  const known: Known = { gauges: gaugeNames(custom), channels: Object.keys(mapping(channels)), names: new Set() };
  return [
    ...findMisnamed(custom),
    ...rulesOfPresets(presets).flatMap(({ options: rule, path }) => checkRule({ ...rule }, ["alerts", ...path], known)),
    ...(Array.isArray(rules) ? rules : []).flatMap((rule, index) =>
      checkRule(mapping(rule), ["alerts", "rules", index], known),
    ),
    ...findIdleKeys(presets),
  ];
}

/** What rules may name. */
interface Known {
  readonly gauges: readonly string[];
  readonly channels: readonly string[];
  /** Of the rules before. */
  readonly names: Set<unknown>;
}

function checkRule(rule: Readonly<Record<string, unknown>>, path: Path, known: Known): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const add = (key: string, message: string | undefined): void => {
    if (message !== undefined) found.push({ path: [...path, key], message });
  };
  const isPreset = path.includes("presets");
  add(isPreset ? "above" : "condition", conditionMistake(rule["condition"], known.gauges));
  add("name", nameMistake(rule["name"], known.names));
  for (const key of isPreset ? [] : ["summary", "description"]) add(key, textMistake(rule[key]));
  add("channels", channelsMistake(rule["channels"], known.channels));
  return found;
}

function conditionMistake(text: unknown, gauges: readonly string[]): string | undefined {
  if (typeof text !== "string") return undefined;
  try {
    readCondition(text, gauges);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionMistake)) throw error;
    return error.message;
  }
}

function nameMistake(name: unknown, before: Set<unknown>): string | undefined {
  if (name === undefined) return undefined;
  const isTwice = before.has(name);
  before.add(name);
  return isTwice ? "is the name of a rule that is there already" : undefined;
}

function textMistake(text: unknown): string | undefined {
  const unknown = typeof text === "string" ? unknownPlaceholder(text) : undefined;
  return unknown && `holds ${unknown}; there are {{ $value }} and {{ $labels.name }}`;
}

function channelsMistake(channels: unknown, known: readonly string[]): string | undefined {
  const missing = (Array.isArray(channels) ? channels : []).filter((channel) => !known.includes(channel));
  return missing.length > 0 ? `names ${missing.join(", ")}, which is not below channels` : undefined;
}

/** Metrics whose name says another type. */
function findMisnamed(custom: unknown): readonly Disagreement[] {
  return Object.entries(mapping(custom)).flatMap(([name, options]) => {
    const { type } = mapping(options);
    const isTotal = name.endsWith("_total");
    if (type === "counter" && !isTotal)
      return [{ path: ["custom", name], message: "must have a name that ends in _total" }];
    if ((type === "gauge" || type === "histogram") && isTotal)
      return [{ path: ["custom", name], message: "has a name that ends in _total, as only that of a counter does" }];
    return [];
  });
}

/** The presets that can be read. */
function readPresets(presets: unknown): AlertsOptions["presets"] {
  const chosen = Object.entries(mapping(presets)).flatMap(([name, preset]) => {
    const { success, data } = presetSchema.safeParse(preset);
    return success && isPresetName(name) ? [[name, data] as const] : [];
  });
  return Object.fromEntries(chosen);
}

function isPresetName(name: string): name is PresetName {
  return (presetNames as readonly string[]).includes(name);
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

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
