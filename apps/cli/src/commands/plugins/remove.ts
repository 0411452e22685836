import { BackworksError, readConfig, suggest } from "@backworks/core";
import type { RawConfig } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { removePlugin } from "../../edit/plugins.ts";
import { saveEdit } from "../../edit/save.ts";
import { exitCodes } from "../../exit.ts";
import { stillWanted } from "../../install/ensure.ts";
import { openPluginFolder } from "../../install/folder.ts";
import { installPackages } from "../../install/install.ts";
import { createNpm } from "../../install/npm.ts";
import { runningCore } from "../../own-package.ts";
import { pluginSources } from "../../plugin-source.ts";
import { pluginFolder, readOptions } from "../../project.ts";

export const remove = defineCommand({
  positionals: { name: { type: "string", demandOption: true, describe: "Plugin of the configuration" } },
  async run({ name }, context) {
    const raw = await readConfig(readOptions(context, undefined));
    const file = saveEdit(raw, (text) => removePlugin(text, name), `take ${name} out by hand`);
    if (file === undefined) throw notThere(name, raw);
    const cleaned = await cleanFolder(await readConfig(readOptions(context, undefined)), context);
    context.result({ plugin: name, file, uninstalled: cleaned }, (paint) =>
      [
        `${paint.green("-")} ${name} in ${file}`,
        ...cleaned.map((one) => `${paint.green("-")} ${one} in .backworks`),
      ].join("\n"),
    );
    return exitCodes.ok;
  },
});

function notThere(name: string, raw: RawConfig): BackworksError {
  const near = suggest(
    name,
    pluginSources(raw).map((source) => source.name),
  );
  return new BackworksError(
    "BW_CLI_USAGE",
    { problem: `${raw.file} has no plugin ${name}` },
    near === undefined ? {} : { hint: `did you mean ${near}?` },
  );
}

/** Uninstalls what nothing enables any more; gives the packages' names. */
async function cleanFolder(raw: RawConfig, context: Context): Promise<readonly string[]> {
  const folder = openPluginFolder(pluginFolder(raw.root));
  const present = folder.dependencies();
  const wanted = stillWanted(raw, folder);
  const gone = Object.keys(present).filter((name) => !(name in wanted));
  if (gone.length === 0) return [];
  if (Object.keys(wanted).length === 0) folder.remove();
  else await installPackages(wanted, folder, { npm: createNpm(context.terminal.env), core: runningCore() });
  return gone;
}
