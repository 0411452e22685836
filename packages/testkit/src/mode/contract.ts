import type { Mode } from "@backworks/core";
import { toChecks } from "../check.ts";
import type { Check } from "../check.ts";
import { modeRules } from "./rules.ts";
import { createModeScenes } from "./scenes.ts";
import type { ModeContractOptions } from "./scenes.ts";

/**
 * Everything Backworks asks of a mode, as checks for any test runner: `registerChecks(modeContract(mode, { endpoint }), it)`.
 *
 * @throws TypeError when `except` names a check that there is not
 */
export function modeContract<Resources>(mode: Mode<Resources>, options: ModeContractOptions): readonly Check[] {
  const { except = {} } = options;
  const unknown = Object.keys(except).find((name) => !modeRules.some((rule) => rule.name === name));
  if (unknown !== undefined) throw new TypeError(`except names ${unknown}, and there is no such check`);
  const asked = modeRules.filter(({ name }) => !(name in except));
  // What is open is the mode's own affair.
  return toChecks(asked, createModeScenes(mode as Mode, options));
}
