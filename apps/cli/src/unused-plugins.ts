import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RawConfig } from "@backworks/core";
import type { Check } from "./check.ts";
import { stillWanted } from "./install/ensure.ts";
import { openPluginFolder } from "./install/folder.ts";
import { membersOf } from "./members.ts";
import type { Members } from "./members.ts";
import { pluginFolder } from "./project.ts";

/** Plugins that are installed and that nothing enables. */
export function checkUnused(raw: RawConfig): readonly Check[] {
  return [...unusedOfProject(raw), ...leftovers(raw)];
}

/** Those that the project's package.json names. One that is only switched off is meant to come back. */
function unusedOfProject(raw: RawConfig): readonly Check[] {
  const { dependencies, devDependencies } = readJson(join(raw.root, "package.json"));
  const named = new Set(namedPackages(raw.value));
  const left = Object.keys({ ...membersOf(dependencies), ...membersOf(devDependencies) }).filter(
    (name) => !named.has(name) && isPlugin(raw.root, name),
  );
  if (left.length === 0) return [];
  const mend = `npm uninstall ${left.join(" ")}, or enable what you need: backworks plugins add <name>`;
  return [{ what: "package.json", state: "note", found: `has ${left.join(", ")}, which nothing enables`, mend }];
}

function leftovers(raw: RawConfig): readonly Check[] {
  const folder = openPluginFolder(pluginFolder(raw.root));
  const wanted = stillWanted(raw, folder);
  const left = Object.keys(folder.dependencies()).filter((name) => !(name in wanted));
  if (left.length === 0) return [];
  const mend = "nothing loads it; the next installation takes it away, or remove the folder .backworks";
  return [{ what: ".backworks", state: "note", found: `holds ${left.join(", ")}, which nothing enables`, mend }];
}

/** Packages that entries of `plugins:` may mean, those of disabled ones too. */
function namedPackages(value: unknown): readonly string[] {
  return Object.entries(membersOf(membersOf(value)["plugins"])).flatMap(([name, entry]) => {
    const { package: own } = membersOf(entry);
    const plain = name.replaceAll("_", "-");
    return typeof own === "string" ? [own] : [`@backworks/plugin-${plain}`, `backworks-plugin-${plain}`];
  });
}

function isPlugin(root: string, name: string): boolean {
  return membersOf(readJson(join(root, "node_modules", name, "package.json"))["backworks"])["plugin"] === true;
}

function readJson(file: string): Members {
  if (!existsSync(file)) return {};
  try {
    return membersOf(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // npm complains of a broken one, and nothing is known of it here.
    return {};
  }
}
