import type { PluginDefinition } from "@backworks/core";
import { toChecks } from "../check.ts";
import type { Check } from "../check.ts";
import { pluginRules } from "./checks/index.ts";
import { createScenes } from "./scenes.ts";
import { toSubject } from "./subject.ts";
import type { PluginContractOptions } from "./subject.ts";

/** Checks of one subject, by the word before the colon of their names. */
const packageChecks = "package: ";

/**
 * Everything Backworks asks of a plugin, as checks for any test runner: `registerChecks(pluginContract(plugin, { options }), it)`.
 *
 * The plugin is served in this process, on free ports of 127.0.0.1, a few times in all: checks share what was seen. One mistake fails one
 * check; those that cannot be judged because of it are skipped.
 *
 * @throws TypeError when `except` names a check that there is not
 */
export function pluginContract<Options, EndpointOptions>(
  plugin: PluginDefinition<Options, EndpointOptions>,
  options: PluginContractOptions = {},
): readonly Check[] {
  const { except = {}, packageFolder } = options;
  const unknown = Object.keys(except).find((name) => !pluginRules.some((rule) => rule.name === name));
  if (unknown !== undefined) throw new TypeError(`except names ${unknown}, and there is no such check`);
  const asked = pluginRules.filter(
    ({ name }) => !(name in except) && (packageFolder !== undefined || !name.startsWith(packageChecks)),
  );
  // A definition of any options is served like every other.
  return toChecks(asked, createScenes(toSubject(plugin as unknown as PluginDefinition, options)));
}
