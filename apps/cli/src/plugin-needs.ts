import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installedPlugin, pluginApiVersion, satisfies } from "@backworks/core";
import type { InstalledPlugin } from "@backworks/core";
import type { RunningCore } from "./own-package.ts";

/** A need of an installed plugin that is not met. */
export interface UnmetNeed {
  readonly found: string;
  readonly mend: string;
}

interface Asked {
  readonly core: RunningCore;
  /** Range that the configuration asks for. */
  readonly version: string | undefined;
  /** What installs it in another version. */
  reinstall(spec: string): string;
}

/** Everything that an installed plugin asks for and does not get, as its package.json says: nothing of it is run. */
export async function unmetNeeds(plugin: InstalledPlugin, asked: Asked): Promise<readonly UnmetNeed[]> {
  const self = `${plugin.name}@${plugin.version}`;
  const manifest = readManifest(plugin.directory);
  const mend = `npm view ${plugin.name} versions shows others; version: in the configuration chooses one`;
  const claims: readonly (UnmetNeed & { readonly version: string; readonly range: string | undefined })[] = [
    {
      version: plugin.version,
      range: asked.version,
      found: `${self} is installed, and the configuration asks for ${asked.version}`,
      mend: asked.reinstall(`${plugin.name}@"${asked.version}"`),
    },
    {
      version: asked.core.version,
      range: plugin.corePeer,
      found: `${self} is written for @backworks/core ${plugin.corePeer}, this is ${asked.core.version}`,
      mend,
    },
    {
      version: pluginApiVersion,
      range: plugin.api,
      found: `${self} is written for plugin API ${plugin.api}, this is ${pluginApiVersion}`,
      mend,
    },
    {
      version: process.versions.node,
      range: manifest.engines?.["node"],
      found: `${self} needs Node ${manifest.engines?.["node"]}, this is ${process.versions.node}`,
      mend: `run it with another Node, or ${mend}`,
    },
  ];
  const unmet: UnmetNeed[] = [];
  for (const { version, range, found, mend: way } of claims) {
    if (range !== undefined && (await satisfies(version, range)) === false) unmet.push({ found, mend: way });
  }
  return [...unmet, ...(await unmetPeers(plugin, manifest))];
}

/** Peers other than core: libraries that the project is to bring. */
async function unmetPeers(plugin: InstalledPlugin, manifest: PackageNeeds): Promise<readonly UnmetNeed[]> {
  const unmet: UnmetNeed[] = [];
  for (const [peer, range] of Object.entries(manifest.peerDependencies ?? {})) {
    if (peer === "@backworks/core") continue;
    const request = { name: peer, package: peer, version: undefined, modulePath: undefined };
    const there = installedPlugin(request, [plugin.directory]);
    const may = manifest.peerDependenciesMeta?.[peer]?.optional === true;
    if (there === undefined ? may : (await satisfies(there.version, range)) !== false) continue;
    const state = there === undefined ? "is not installed" : `is ${there.version} here`;
    unmet.push({
      found: `${plugin.name}@${plugin.version} needs ${peer} ${range}, which ${state}`,
      mend: `npm install ${peer}@"${range}"`,
    });
  }
  return unmet;
}

interface PackageNeeds {
  readonly engines?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean } | undefined>>;
}

function readManifest(folder: string): PackageNeeds {
  // it was read already, to find the plugin
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageNeeds;
}
