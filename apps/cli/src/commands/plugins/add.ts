import { existsSync } from "node:fs";
import { parse, resolve } from "node:path";
import { BackworksError, readConfig } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { enablePlugin } from "../../edit/plugins.ts";
import type { PluginToAdd } from "../../edit/plugins.ts";
import { saveEdit } from "../../edit/save.ts";
import { exitCodes } from "../../exit.ts";
import { installMissing } from "../../install/when-missing.ts";
import { pluginSources } from "../../plugin-source.ts";
import { projectOptions, readOptions } from "../../project.ts";

export const add = defineCommand({
  positionals: {
    name: {
      type: "string",
      demandOption: true,
      describe: "cache, cache@^1.2.0, a package, or a file: ./plugins/mine.js",
    },
  },
  options: {
    as: { type: "string", requiresArg: true, describe: "Name in the configuration, for a package of another name" },
    install: { type: "boolean", alias: ["yes", "y"], describe: "Install without asking; --no-install never does" },
  },
  examples: [
    ["backworks plugins add cache --yes", ""],
    ["backworks plugins add @acme/bw-auth --as auth", "a package that is not named after the plugin"],
  ],
  async run({ name, as, install }, context) {
    const plugin = toPlugin(name, as);
    refuseMissingFile(plugin, context);
    const raw = await readConfig(readOptions(context, undefined));
    const file = saveEdit(raw, (text) => enablePlugin(text, plugin), byHand(plugin));
    const outcome = await installMissing(projectOptions(context, undefined), { context, install });
    const source = pluginSources(await readConfig(readOptions(context, undefined))).find(
      (one) => one.name === plugin.name,
    );
    context.result(
      { plugin: plugin.name, file, changed: file !== undefined, installed: source?.from !== "missing" },
      (paint) =>
        [
          file === undefined
            ? `${paint.yellow("=")} ${plugin.name} is enabled already`
            : `${paint.green("+")} ${plugin.name} in ${file}`,
          source?.from === "missing" ? missingNote(outcome, plugin.name) : `${paint.green("✓")} ${source?.what ?? ""}`,
        ].join("\n"),
    );
    return source?.from === "missing" && install === true ? exitCodes.plugin : exitCodes.ok;
  },
});

function missingNote(outcome: string, name: string): string {
  if (outcome === "offline")
    return `  not installed, the registry is not reachable; later: backworks plugins add ${name} --yes`;
  return `  not installed: backworks plugins add ${name} --yes, or backworks start asks`;
}

/** `cache`, `cache@^1`, `@backworks/plugin-cache`, `backworks-plugin-cache@2`, `@acme/anything`, `./plugins/mine.js`. */
function toPlugin(word: string, as: string | undefined): PluginToAdd {
  if (/^\.{0,2}\//.test(word)) {
    const name = nameOf(word, as ?? parse(word).name);
    return { name, package: undefined, version: undefined, modulePath: word };
  }
  const [, name = "", version] = /^(@?[^@]+)(?:@(.+))?$/.exec(word) ?? [];
  const conventional = shortName(name);
  const chosen = nameOf(word, name === "" ? undefined : (as ?? conventional));
  return { name: chosen, package: chosen === conventional ? undefined : name, version, modulePath: undefined };
}

/** A name that may stand below `plugins:`. @throws BW_CLI_USAGE */
function nameOf(word: string, name: string | undefined): string {
  if (name !== undefined && /^[a-z0-9][a-z0-9_-]*$/i.test(name)) return name;
  throw new BackworksError(
    "BW_CLI_USAGE",
    { problem: `${word} does not say what the plugin is called` },
    { hint: `backworks plugins add ${word} --as <name>, of letters, digits, hyphens and underscores` },
  );
}

/** Asked before anything is written. @throws BW_FILE_MISSING */
function refuseMissingFile({ modulePath }: PluginToAdd, { root }: Context): void {
  if (modulePath === undefined || existsSync(resolve(root, modulePath))) return;
  const hint = "the file of a plugin is found from the folder of the configuration";
  throw new BackworksError("BW_FILE_MISSING", { file: modulePath }, { hint });
}

/** The name under which core finds a package by itself. */
function shortName(name: string): string | undefined {
  return /^(?:@backworks\/plugin-|backworks-plugin-)?([a-z0-9][a-z0-9_-]*)$/.exec(name)?.[1];
}

function byHand(plugin: PluginToAdd): string {
  const from = plugin.package === undefined ? "" : `, package: "${plugin.package}"`;
  const file = plugin.modulePath === undefined ? "" : `, module_path: ${plugin.modulePath}`;
  return `add it by hand: plugins: { ${plugin.name}: { enabled: true${from}${file} } }`;
}
