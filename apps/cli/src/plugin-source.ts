import { installedPlugin } from "@backworks/core";
import type { InstalledPlugin, PluginEntry, RawConfig } from "@backworks/core";
import { membersOf } from "./members.ts";
import { ownFolder } from "./own-package.ts";
import { pluginFolder } from "./project.ts";

/** Where a plugin of the configuration comes from. */
export interface PluginSource {
  readonly name: string;
  readonly enabled: boolean;
  /** `undefined` for a file, and for a package that is not installed. */
  readonly installed: InstalledPlugin | undefined;
  readonly from: "project" | "beside the command" | ".backworks" | "file" | "missing" | "off";
  /** The package or file, as people call it. */
  readonly what: string;
  /** Range that the configuration asks for. */
  readonly wanted?: string | undefined;
}

/** Every entry of `plugins:`, in file order, the disabled ones too: of those nothing is looked for. */
export function pluginSources(raw: RawConfig): readonly PluginSource[] {
  const enabled = new Map(raw.plugins.map((entry) => [entry.name, entry]));
  return namesOf(raw).map((name) => {
    const entry = enabled.get(name);
    return entry === undefined ? off(name) : sourceOf(entry, raw.root);
  });
}

function namesOf(raw: RawConfig): readonly string[] {
  return Object.keys(membersOf(membersOf(raw.value)["plugins"]));
}

function off(name: string): PluginSource {
  return { name, enabled: false, installed: undefined, from: "off", what: "" };
}

function sourceOf(entry: PluginEntry, root: string): PluginSource {
  const { name, modulePath } = entry;
  if (modulePath !== undefined) return { name, enabled: true, installed: undefined, from: "file", what: modulePath };
  const folders = { project: root, "beside the command": ownFolder(), ".backworks": pluginFolder(root) } as const;
  // the keys of the object above
  for (const [from, folder] of Object.entries(folders) as [keyof typeof folders, string][]) {
    const installed = installedPlugin(entry, [folder]);
    if (installed !== undefined) {
      const what = `${installed.name}@${installed.version}`;
      return { name, enabled: true, installed, from, what, wanted: entry.version };
    }
  }
  return { name, enabled: true, installed: undefined, from: "missing", what: entry.package ?? "" };
}
