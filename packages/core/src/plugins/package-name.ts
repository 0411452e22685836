import type { PluginEntry } from "../config/config.ts";

/** What of a plugin entry decides which package it is. */
export type PackageRequest = Pick<PluginEntry, "name" | "package" | "version" | "modulePath">;

/** Packages a plugin may come from, best first: `package:`, or `@backworks/plugin-x` and `backworks-plugin-x`. */
export function pluginPackages(entry: PackageRequest): readonly string[] {
  return entry.package === undefined ? conventional("plugin", entry.name) : [entry.package];
}

/** Packages a mode may come from, best first. */
export function modePackages(name: string): readonly string[] {
  return conventional("mode", name);
}

/** The form in which names are compared: npm writes hyphens where YAML likes underscores. */
export function plainName(name: string): string {
  return name.replaceAll("_", "-");
}

function conventional(kind: "plugin" | "mode", name: string): readonly string[] {
  return [`@backworks/${kind}-${plainName(name)}`, `backworks-${kind}-${plainName(name)}`];
}
