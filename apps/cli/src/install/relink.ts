import { BackworksError, installedPlugin, satisfies } from "@backworks/core";
import type { RunningCore } from "../own-package.ts";
import type { PluginFolder } from "./folder.ts";

/**
 * Leads a folder that another core filled (an older `npx`, a project that moved) to the core that runs.
 *
 * @throws BW_CLI_PACKAGE_INCOMPATIBLE when a package in it is not written for this core
 */
export async function relinkFolder(folder: PluginFolder, core: RunningCore): Promise<void> {
  if (!folder.linksElsewhere(core)) return;
  for (const name of Object.keys(folder.dependencies())) await refuseMisfit(name, folder, core);
  folder.relink(core);
}

async function refuseMisfit(name: string, folder: PluginFolder, core: RunningCore): Promise<void> {
  const request = { name, package: name, version: undefined, modulePath: undefined };
  const found = installedPlugin(request, [folder.path]);
  if (found?.corePeer === undefined || (await satisfies(core.version, found.corePeer)) !== false) return;
  throw new BackworksError(
    "BW_CLI_PACKAGE_INCOMPATIBLE",
    {
      package: found.name,
      version: found.version,
      range: `@backworks/core ${found.corePeer}`,
      core: `@backworks/core ${core.version}`,
    },
    { hint: `backworks plugins remove ${name}, or remove .backworks and start with --yes to install it anew` },
  );
}
