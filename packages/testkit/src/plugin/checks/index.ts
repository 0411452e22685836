import { actionRules } from "./actions.ts";
import { definitionRules } from "./definition.ts";
import { lifeRules } from "./life.ts";
import { optionRules } from "./options.ts";
import { packageRules } from "./package.ts";
import { reloadRules } from "./reload.ts";
import { reportRules } from "./reports.ts";
import { requestRules } from "./requests.ts";
import type { PluginRule } from "./rule.ts";
import { surroundingRules } from "./surroundings.ts";

/** Everything a plugin is asked for, simplest first. */
export const pluginRules: readonly PluginRule[] = [
  ...definitionRules,
  ...optionRules,
  ...lifeRules,
  ...reportRules,
  ...requestRules,
  ...actionRules,
  ...reloadRules,
  ...surroundingRules,
  ...packageRules,
];
