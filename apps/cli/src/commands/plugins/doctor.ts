import type { BackworksError } from "@backworks/core";
import { isBackworksError, loadProject, readConfig } from "@backworks/core";
import { formatChecks } from "../../check.ts";
import type { Check } from "../../check.ts";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { exitCodes } from "../../exit.ts";
import { checkPlugins } from "../../plugin-checks.ts";
import { environmentOption, projectOptions, readOptions } from "../../project.ts";

/** Whether the plugins can be imported and get along: what they require of each other, their order, what several bring. */
async function checkLoading(context: Context, environment: string | undefined): Promise<readonly Check[]> {
  try {
    await loadProject(projectOptions(context, environment));
    return [];
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    return toChecks(error);
  }
}

function toChecks(failure: BackworksError): readonly Check[] {
  return [failure, ...failure.errors]
    .filter(({ code, errors }) => errors.length === 0 && /^BW_(?:PLUGIN|FILE|MODE)_/.test(code))
    .map(({ message, hint, details }) => ({
      what: String(details["plugin"] ?? details["module"] ?? "plugins"),
      state: "bad" as const,
      found: message,
      mend: hint,
    }));
}

export const pluginsDoctor = defineCommand({
  options: { environment: environmentOption },
  async run({ environment }, context) {
    const checks = [...(await checkPlugins(await readConfig(readOptions(context, environment))))];
    // What is not there or does not fit is told already.
    if (checks.every(({ state }) => state !== "bad")) checks.push(...(await checkLoading(context, environment)));
    context.result(checks, (paint) => (checks.length === 0 ? "no plugins" : formatChecks(checks, paint)));
    return checks.some(({ state }) => state === "bad") ? exitCodes.problemsFound : exitCodes.ok;
  },
});
