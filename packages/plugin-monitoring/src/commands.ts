import type { CommandContext, PluginCommand } from "@backworks/core";
import { exportRules } from "./alerts/export-rules.ts";
import { listRules } from "./alerts/rules.ts";
import { gaugeNames } from "./options/agreement.ts";
import type { Options } from "./options/options.ts";
import { toMs } from "@backworks/option-values";

/** `backworks export prometheus-rules` */
export const exportCommand: PluginCommand = {
  name: "export prometheus-rules",
  description: "Write the alert rules for Prometheus",
  run(words, context) {
    if (words.length === 0) return write(context);
    context.logger.error(`backworks export prometheus-rules takes no more words, and not ${words.join(" ")}`);
    return 2;
  },
};

function write({ options, write }: CommandContext): number {
  // Checked by the schema of the plugin.
  const { alerts, custom } = options as Options;
  const rules = listRules(alerts);
  write(exportRules({ intervalMs: toMs(alerts.interval), rules, gauges: gaugeNames(custom) }));
  return 0;
}
