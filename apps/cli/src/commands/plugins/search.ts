import { readConfig } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { exitCodes } from "../../exit.ts";
import { createNpm } from "../../install/npm.ts";
import { searchPlugins } from "../../install/search.ts";
import type { FoundPlugin } from "../../install/search.ts";
import type { Paint } from "../../paint.ts";
import { readOptions } from "../../project.ts";
import { formatTable } from "../../table.ts";

export const search = defineCommand({
  positionals: { words: { type: "string", describe: "What it should be about: cache, or 'mail templates'" } },
  options: {
    limit: { type: "number", default: 20, requiresArg: true, describe: "Plugins to show at most" },
  },
  examples: [["backworks plugins search cache", ""]],
  async run({ words: text = "", limit }, context) {
    const words = text.split(/\s+/).filter((word) => word !== "");
    const found = await searchPlugins(words, { npm: createNpm(context.terminal.env), folder: context.cwd, limit });
    const enabled = await enabledPackages(context);
    const report = found.map((plugin) => ({ ...plugin, enabled: enabled.has(plugin.name) }));
    context.result(report, (paint) =>
      report.length === 0
        ? `no plugin is about ${words.length === 0 ? "anything" : words.join(" ")}`
        : formatTable(report.map((plugin) => toRow(plugin, paint))),
    );
    return exitCodes.ok;
  },
});

function toRow(
  { name, version, description, enabled }: FoundPlugin & { readonly enabled: boolean },
  paint: Paint,
): readonly string[] {
  return [`${enabled ? paint.green("●") : " "} ${name}`, paint.dim(version), description ?? ""];
}

/** Names under which a package of this project may be found; none where there is no configuration. */
async function enabledPackages(context: Context): Promise<ReadonlySet<string>> {
  const raw = await readConfig(readOptions(context, undefined)).catch(() => undefined);
  return new Set(
    (raw?.plugins ?? []).flatMap((entry) =>
      entry.package === undefined
        ? [`@backworks/plugin-${entry.name}`, `backworks-plugin-${entry.name}`]
        : [entry.package],
    ),
  );
}
