import { BackworksError, satisfies } from "@backworks/core";
import type { MissingPackage } from "@backworks/core";
import type { RunningCore } from "../own-package.ts";
import type { Npm } from "./npm.ts";
import { lookUp } from "./registry.ts";
import type { Published } from "./registry.ts";

/** The package that stands for a missing plugin or mode. */
export interface ChosenPackage {
  /** Of the plugin or mode in the configuration. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
}

export interface ChoiceOptions {
  readonly npm: Npm;
  /** Where npm runs: its settings are read from there. */
  readonly folder: string;
  readonly core: RunningCore;
}

/**
 * The newest version of the first candidate that the registry has.
 *
 * @throws BW_CLI_PACKAGE_UNKNOWN, BW_CLI_PACKAGE_INCOMPATIBLE, BW_CLI_REGISTRY_FAILED
 */
export async function choosePackage(missing: MissingPackage, options: ChoiceOptions): Promise<ChosenPackage> {
  for (const spec of missing.specs) {
    const newest = (await lookUp(spec, options.npm, options.folder))?.at(-1);
    if (newest === undefined) continue;
    await refuseMisfit(newest, options);
    return { name: missing.name, package: newest.name, version: newest.version };
  }
  throw new BackworksError(
    "BW_CLI_PACKAGE_UNKNOWN",
    { packages: missing.specs.join(" and no ") },
    { hint: `is ${missing.name} spelled right? package: names any other package, module_path: a file` },
  );
}

async function refuseMisfit(newest: Published, options: ChoiceOptions): Promise<void> {
  if (newest.corePeer === undefined || (await satisfies(options.core.version, newest.corePeer)) !== false) return;
  const fitting = await newestFitting(newest.name, options);
  const update = `npx --yes @backworks/cli@latest runs the newest Backworks`;
  throw new BackworksError(
    "BW_CLI_PACKAGE_INCOMPATIBLE",
    {
      package: newest.name,
      version: newest.version,
      range: `@backworks/core ${newest.corePeer}`,
      core: `@backworks/core ${options.core.version}`,
    },
    { hint: fitting === undefined ? update : `version: "${fitting}" is the newest that fits; ${update}` },
  );
}

/** The highest published version that is written for the core that runs. */
async function newestFitting(name: string, options: ChoiceOptions): Promise<string | undefined> {
  const all = (await lookUp(`${name}@x`, options.npm, options.folder)) ?? [];
  for (const published of all.toReversed()) {
    if (published.corePeer === undefined) continue;
    if ((await satisfies(options.core.version, published.corePeer)) === true) return published.version;
  }
  return undefined;
}
