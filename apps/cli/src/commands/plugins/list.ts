import { readConfig } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit.ts";
import { pluginSources } from "../../plugin-source.ts";
import type { PluginSource } from "../../plugin-source.ts";
import type { Paint } from "../../paint.ts";
import { environmentOption, readOptions } from "../../project.ts";
import { formatTable } from "../../table.ts";

export const list = defineCommand({
  options: { environment: environmentOption },
  async run({ environment }, context) {
    const sources = pluginSources(await readConfig(readOptions(context, environment)));
    const report = sources.map(({ name, enabled, from, installed, what }) => ({
      name,
      enabled,
      from,
      package: installed?.name,
      version: installed?.version,
      file: from === "file" ? what : undefined,
    }));
    context.result(report, (paint) =>
      sources.length === 0 ? "no plugins" : formatTable(sources.map((source) => toRow(source, paint))),
    );
    return exitCodes.ok;
  },
});

function toRow(source: PluginSource, paint: Paint): readonly string[] {
  const mark = { off: paint.dim("○"), missing: paint.red("✗") }[source.from as string] ?? paint.green("●");
  const from = source.from === "missing" ? paint.red("not installed") : paint.dim(source.from);
  return [`${mark} ${source.enabled ? source.name : paint.dim(source.name)}`, source.what, from];
}
