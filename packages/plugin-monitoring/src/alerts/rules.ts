import type { AlertsOptions } from "../options/alerts.ts";
import { rulesOf } from "./presets.ts";
import type { PresetName } from "./presets.ts";
import type { RuleOptions } from "./rule.ts";

/** Rules with where each stands below `alerts:`. */
export interface PlacedRule {
  readonly options: RuleOptions;
  /** Of the rule or preset. */
  readonly path: readonly (string | number)[];
}

/** Those of presets, then those of the configuration. */
export function listRules({ presets, rules }: AlertsOptions): readonly PlacedRule[] {
  // A record with names as keys gives them back as texts.
  const chosen = Object.entries(presets) as [PresetName, (typeof presets)[PresetName]][];
  return [
    ...chosen.flatMap(([name, preset]) =>
      rulesOf(name, preset === true || preset === undefined ? {} : preset).map((options) => ({
        options,
        path: ["presets", name],
      })),
    ),
    ...rules.map((options, index) => ({ options, path: ["rules", index] })),
  ];
}
