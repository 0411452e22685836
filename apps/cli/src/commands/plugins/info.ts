import { BackworksError, loadProject, readConfig } from "@backworks/core";
import type { PluginDefinition, PluginEntry } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { exitCodes } from "../../exit.ts";
import { createNpm } from "../../install/npm.ts";
import { lookUp } from "../../install/registry.ts";
import type { Published } from "../../install/registry.ts";
import { lookAtPackage } from "../../look/look.ts";
import { runningCore } from "../../own-package.ts";
import { factsOf, given } from "../../plugin-facts.ts";
import type { Facts } from "../../plugin-facts.ts";
import { environmentOption, projectOptions, readOptions } from "../../project.ts";
import { formatTable } from "../../table.ts";

export const info = defineCommand({
  positionals: { name: { type: "string", demandOption: true, describe: "Plugin of the configuration, or a package" } },
  options: { environment: environmentOption },
  examples: [
    ["backworks plugins info cache", ""],
    ["backworks plugins info @acme/backworks-plugin-mail", "a package of the registry that is not installed"],
  ],
  async run({ name, environment }, context) {
    const facts = (await factsOfProject(name, environment, context)) ?? (await factsOfRegistry(name, context));
    const indent = Math.max(...facts.map(([key]) => key.length)) + 2;
    context.result(Object.fromEntries(facts), (paint) =>
      formatTable(facts.map(([key, value]) => [paint.dim(key), display(value, indent)])),
    );
    return exitCodes.ok;
  },
});

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
  return definition === undefined ? undefined : await withSource(entry, definition);
}

async function withSource(entry: PluginEntry, definition: PluginDefinition): Promise<Facts> {
  const [name, version, ...others] = await factsOf(definition);
  const from = entry.modulePath ?? entry.package;
  return [name, version, ...given([["from", from]]), ...others].flatMap((fact) => (fact === undefined ? [] : [fact]));
}

async function factsOfRegistry(name: string, context: Context): Promise<Facts> {
  const names = /^@|^backworks-/.test(name) ? [name] : [`@backworks/plugin-${name}`, `backworks-plugin-${name}`];
  const npm = createNpm(context.terminal.env);
  for (const candidate of names) {
    const newest = (await lookUp(candidate, npm, context.cwd))?.at(-1);
    if (newest === undefined) continue;
    refuseOthers(newest);
    const look = await lookAtPackage(newest, { npm, core: runningCore() });
    return [...factsOfPackage(newest), ...(look.kind === "facts" ? withoutPackage(look.facts) : unknown(look.problem))];
  }
  const hint = "backworks plugins search finds plugins; a package of another name is written whole: @acme/some-plugin";
  throw new BackworksError("BW_CLI_PACKAGE_UNKNOWN", { packages: names.join(" and no ") }, { hint });
}

/** Nothing is run that does not call itself a plugin. */
function refuseOthers({ name, version, isPlugin }: Published): void {
  if (isPlugin) return;
  throw new BackworksError(
    "BW_PLUGIN_INVALID",
    { module: `${name}@${version}`, problem: "its package.json does not say so" },
    { hint: 'plugins have "backworks": { "plugin": true } there; tell the author' },
  );
}

function factsOfPackage({ name, version, description, corePeer, homepage, license }: Published): Facts {
  const short = /^(?:@backworks\/plugin-|backworks-plugin-)(.+)$/.exec(name)?.[1];
  return given([
    ["package", name],
    ["version", version],
    ["description", description],
    ["license", license],
    ["homepage", homepage],
    ["core", corePeer],
    ["enabled", `no: backworks plugins add ${short ?? `${name} --as <name>`}`],
  ]);
}

/** What the package said already. */
function withoutPackage(facts: Facts): Facts {
  return facts.filter(([key]) => key !== "version" && key !== "description");
}

function unknown(problem: string): Facts {
  return [["options", `cannot be told: ${problem}`]];
}

/** Further lines stand below the first. */
function display(value: string, indent: number): string {
  return value.replaceAll("\n", `\n${" ".repeat(indent)}`);
}
