import type { AlertsOptions } from "../options/alerts.ts";
import { rulesOf } from "./presets.ts";
import type { PresetName } from "./presets.ts";
import type { RuleOptions } from "./rule.ts";

/** A rule of a preset, and where that stands below `alerts:`. */
export interface PlacedRule {
  readonly options: RuleOptions;
  readonly path: readonly string[];
}

/** Those of presets, then those of the configuration. */
export function listRules({ presets, rules }: AlertsOptions): readonly RuleOptions[] {
  return [...rulesOfPresets(presets).map(({ options }) => options), ...rules];
}

/** Those of presets. */
export function rulesOfPresets(presets: AlertsOptions["presets"]): readonly PlacedRule[] {
  // A record with names as keys gives them back as texts.
  const chosen = Object.entries(presets) as [PresetName, (typeof presets)[PresetName]][];
  return chosen.flatMap(([name, preset]) =>
    rulesOf(name, preset === true || preset === undefined ? {} : preset).map((options) => ({
      options,
      path: ["presets", name],
    })),
  );
}
