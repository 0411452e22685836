import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { pluginApiVersion, satisfies } from "@backworks/core";
import type { InstalledPlugin, RawConfig } from "@backworks/core";
import type { Check } from "./check.ts";
import { stillWanted } from "./install/ensure.ts";
import { openPluginFolder } from "./install/folder.ts";
import { runningCore } from "./own-package.ts";
import type { RunningCore } from "./own-package.ts";
import { pluginSources } from "./plugin-source.ts";
import type { PluginSource } from "./plugin-source.ts";
import { pluginFolder } from "./project.ts";

/** Whether every plugin is there, fits the core that runs, and shares it. */
export async function checkPlugins(raw: RawConfig): Promise<readonly Check[]> {
  const core = runningCore();
  const checks: Check[] = [];
  for (const source of pluginSources(raw)) checks.push(await checkPlugin(source, { core, root: raw.root }));
  return [...checks, ...checkLeftovers(raw), ...checkLink(raw, core)];
}

async function checkPlugin(source: PluginSource, here: { core: RunningCore; root: string }): Promise<Check> {
  const what = source.name;
  if (!source.enabled) return { what, state: "good", found: "off: not looked for" };
  if (source.from === "file") return checkFile(source, here.root);
  const { installed } = source;
  if (installed === undefined) {
    return { what, state: "bad", found: "not installed", mend: "backworks start --yes, or npm install its package" };
  }
  return (await misfit(installed, here.core, what)) ?? copyOf(installed, here.core, source);
}

function checkFile(source: PluginSource, root: string): Check {
  const there = existsSync(join(root, source.what)) || existsSync(source.what);
  return {
    what: source.name,
    state: there ? "good" : "bad",
    found: there ? source.what : `${source.what} does not exist`,
  };
}

async function misfit(installed: InstalledPlugin, core: RunningCore, what: string): Promise<Check | undefined> {
  const { corePeer, api, name, version } = installed;
  const mend = `npm view ${name} versions shows others; version: in the configuration chooses one`;
  if (corePeer !== undefined && (await satisfies(core.version, corePeer)) === false) {
    const found = `${name}@${version} is written for @backworks/core ${corePeer}, this is ${core.version}`;
    return { what, state: "bad", found, mend };
  }
  if (api !== undefined && (await satisfies(pluginApiVersion, api)) === false) {
    return {
      what,
      state: "bad",
      found: `${name}@${version} is written for plugin API ${api}, this is ${pluginApiVersion}`,
      mend,
    };
  }
  return undefined;
}

/** Two copies of core work, but their types and errors are strangers to each other. */
function copyOf(installed: InstalledPlugin, core: RunningCore, source: PluginSource): Check {
  const found = `${source.what}, ${source.from}`;
  const copy = coreOf(installed.directory);
  if (copy === undefined || copy === core.folder) return { what: source.name, state: "good", found };
  const mend = "npm dedupe, or run the backworks of the project: npx backworks";
  return { what: source.name, state: "note", found: `${found}; it uses a core of its own in ${copy}`, mend };
}

/** The copy of core that code in a folder imports. */
function coreOf(folder: string): string | undefined {
  const candidate = join(folder, "node_modules", "@backworks", "core");
  if (existsSync(candidate)) return realpathSync(candidate);
  const parent = join(folder, "..");
  return parent === folder ? undefined : coreOf(parent);
}

function checkLeftovers(raw: RawConfig): readonly Check[] {
  const folder = openPluginFolder(pluginFolder(raw.root));
  const wanted = stillWanted(raw, folder);
  const left = Object.keys(folder.dependencies()).filter((name) => !(name in wanted));
  if (left.length === 0) return [];
  const mend = "nothing loads it; the next installation takes it away, or remove the folder .backworks";
  return [{ what: ".backworks", state: "note", found: `holds ${left.join(", ")}, which nothing enables`, mend }];
}

function checkLink(raw: RawConfig, core: RunningCore): readonly Check[] {
  if (!openPluginFolder(pluginFolder(raw.root)).linksElsewhere(core)) return [];
  return [
    { what: ".backworks", state: "note", found: "is linked to another core", mend: "the next start links it anew" },
  ];
}
