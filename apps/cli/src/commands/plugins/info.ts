import { BackworksError, jsonSchemaOf, loadProject, readConfig } from "@backworks/core";
import type { PluginDefinition, PluginEntry } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { exitCodes } from "../../exit.ts";
import { createNpm } from "../../install/npm.ts";
import { lookUp } from "../../install/registry.ts";
import { optionLines } from "../../option-lines.ts";
import { environmentOption, projectOptions, readOptions } from "../../project.ts";
import { formatTable } from "../../table.ts";

export const info = defineCommand({
  positionals: { name: { type: "string", demandOption: true, describe: "Plugin of the configuration, or a package" } },
  options: { environment: environmentOption },
  async run({ name, environment }, context) {
    const facts = (await factsOfProject(name, environment, context)) ?? (await factsOfRegistry(name, context));
    const indent = Math.max(...facts.map(([key]) => key.length)) + 2;
    context.result(Object.fromEntries(facts), (paint) =>
      formatTable(facts.map(([key, value]) => [paint.dim(key), display(value, indent)])),
    );
    return exitCodes.ok;
  },
});

type Facts = readonly (readonly [key: string, value: unknown])[];

/** `undefined` when the configuration has no such plugin. */
async function factsOfProject(
  name: string,
  environment: string | undefined,
  context: Context,
): Promise<Facts | undefined> {
  const raw = await readConfig(readOptions(context, environment)).catch(() => undefined);
  const entry = raw?.plugins.find((one) => one.name === name);
  if (entry === undefined) return undefined;
  const definition = (await loadProject(projectOptions(context, environment))).plugins.get(name);
  return definition === undefined ? undefined : await describe(entry, definition);
}

async function describe(entry: PluginEntry, definition: PluginDefinition): Promise<Facts> {
  const facts: Facts = [
    ["name", definition.name],
    ["version", definition.version],
    ["description", definition.description],
    ["from", entry.modulePath ?? entry.package],
    ["api", definition.apiVersion ?? "^1.0.0"],
    ["failure", definition.failure ?? "open"],
    ["requires", ranges(definition.requires)],
    ["optional", ranges(definition.optional)],
    ["provides", list(definition.provides)],
    ["modes", list(definition.modes?.map((mode) => mode.name))],
    ["commands", list(definition.commands?.map((command) => command.name))],
    ["options", optionLines(await jsonSchemaOf(definition.options))],
    ["endpoint options", optionLines(await jsonSchemaOf(definition.endpointOptions))],
  ];
  return facts.filter(([, value]) => value !== undefined);
}

async function factsOfRegistry(name: string, context: Context): Promise<Facts> {
  const names = /^@|^backworks-/.test(name) ? [name] : [`@backworks/plugin-${name}`, `backworks-plugin-${name}`];
  const npm = createNpm(context.terminal.env);
  for (const candidate of names) {
    const newest = (await lookUp(candidate, npm, context.cwd))?.at(-1);
    if (newest === undefined) continue;
    const { name: found, version, description, corePeer } = newest;
    const facts: Facts = [
      ["package", found],
      ["version", version],
      ["description", description],
      ["core", corePeer],
      ["enabled", "no: backworks plugins add"],
    ];
    return facts.filter(([, value]) => value !== undefined);
  }
  throw new BackworksError("BW_CLI_PACKAGE_UNKNOWN", { packages: names.join(" and no ") });
}

function ranges(named: Readonly<Record<string, string>> | undefined): string | undefined {
  return list(Object.entries(named ?? {}).map(([name, range]) => `${name} ${range}`));
}

function list(words: readonly string[] | undefined): string | undefined {
  return words === undefined || words.length === 0 ? undefined : words.join(", ");
}

/** Further lines stand below the first. */
function display(value: unknown, indent: number): string {
  return String(value).replaceAll("\n", `\n${" ".repeat(indent)}`);
}
