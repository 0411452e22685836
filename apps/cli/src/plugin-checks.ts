import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { InstalledPlugin, RawConfig } from "@backworks/core";
import type { Check } from "./check.ts";
import { openPluginFolder } from "./install/folder.ts";
import { runningCore } from "./own-package.ts";
import type { RunningCore } from "./own-package.ts";
import { pluginSources } from "./plugin-source.ts";
import type { PluginSource } from "./plugin-source.ts";
import { unmetNeeds } from "./plugin-needs.ts";
import { pluginFolder } from "./project.ts";
import { checkUnused } from "./unused-plugins.ts";

/** Whether every plugin is there, gets what it needs, and shares the core that runs; and what is there for nothing. */
export async function checkPlugins(raw: RawConfig): Promise<readonly Check[]> {
  const core = runningCore();
  const checks: Check[] = [];
  for (const source of pluginSources(raw)) checks.push(...(await checkPlugin(source, { core, root: raw.root })));
  return [...checks, ...checkUnused(raw), ...checkLink(raw, core)];
}

async function checkPlugin(source: PluginSource, here: { core: RunningCore; root: string }): Promise<readonly Check[]> {
  const what = source.name;
  if (!source.enabled) return [{ what, state: "good", found: "off: not looked for" }];
  if (source.from === "file") return [checkFile(source, here.root)];
  const { installed } = source;
  if (installed === undefined) {
    return [{ what, state: "bad", found: "not installed", mend: "backworks start --yes, or npm install its package" }];
  }
  const reinstall = (spec: string): string =>
    source.from === ".backworks" ? "backworks start --yes" : `npm install ${spec}`;
  const unmet = await unmetNeeds(installed, { core: here.core, version: source.wanted, reinstall });
  if (unmet.length === 0) return [copyOf(installed, here.core, source)];
  return unmet.map((need) => ({ what, state: "bad", ...need }));
}

function checkFile(source: PluginSource, root: string): Check {
  const there = existsSync(join(root, source.what)) || existsSync(source.what);
  return {
    what: source.name,
    state: there ? "good" : "bad",
    found: there ? source.what : `${source.what} does not exist`,
  };
}

/** Two copies of core work together, at the price of loading both. */
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

function checkLink(raw: RawConfig, core: RunningCore): readonly Check[] {
  if (!openPluginFolder(pluginFolder(raw.root)).linksElsewhere(core)) return [];
  return [
    { what: ".backworks", state: "note", found: "is linked to another core", mend: "the next start links it anew" },
  ];
}
