import { readConfig } from "@backworks/core";
import { formatChecks } from "../../check.ts";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit.ts";
import { checkPlugins } from "../../plugin-checks.ts";
import { environmentOption, readOptions } from "../../project.ts";

export const pluginsDoctor = defineCommand({
  options: { environment: environmentOption },
  async run({ environment }, context) {
    const checks = await checkPlugins(await readConfig(readOptions(context, environment)));
    context.result(checks, (paint) => (checks.length === 0 ? "no plugins" : formatChecks(checks, paint)));
    return checks.some(({ state }) => state === "bad") ? exitCodes.problemsFound : exitCodes.ok;
  },
});
