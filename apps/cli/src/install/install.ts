import { BackworksError } from "@backworks/core";
import type { RunningCore } from "../own-package.ts";
import type { ChosenPackage } from "./choose.ts";
import type { PluginFolder } from "./folder.ts";
import type { Npm } from "./npm.ts";
import { npmCode, registryFailure } from "./registry.ts";

const options = [
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--no-package-lock",
  "--install-links=false",
  "--loglevel=error",
];

/**
 * Makes the folder hold exactly `packages` and a link to the core that runs. A failure leaves the folder's
 * package.json as it was.
 *
 * @throws BW_CLI_INSTALL_FAILED, BW_CLI_PACKAGE_INCOMPATIBLE, BW_CLI_REGISTRY_FAILED
 */
export async function installPackages(
  packages: Readonly<Record<string, string>>,
  folder: PluginFolder,
  { npm, core }: { readonly npm: Npm; readonly core: RunningCore },
): Promise<void> {
  const takeBack = folder.write(packages, core);
  try {
    const install = ["install", "--prefix", folder.path, ...options];
    const first = await npm([...install, "--prefer-offline"], folder.path);
    // What npm keeps may be from before that version was published.
    const run = npmCode(first.errors) === "ETARGET" ? await npm(install, folder.path) : first;
    if (run.code !== 0) throw installFailure(Object.keys(packages), run.errors, core);
  } catch (error) {
    takeBack();
    throw error;
  }
}

/** Packages as `package.json` writes them. */
export function toDependencies(chosen: readonly ChosenPackage[]): Readonly<Record<string, string>> {
  return Object.fromEntries(chosen.map((one) => [one.package, one.version]));
}

function installFailure(packages: readonly string[], errors: string, core: RunningCore): BackworksError {
  const code = npmCode(errors);
  const told = clean(errors);
  const failed = (): BackworksError =>
    new BackworksError("BW_CLI_INSTALL_FAILED", { packages: packages.join(", ") }, { hint: `npm said:\n${told}` });
  if (code === "ERESOLVE") return misfit(told, core) ?? failed();
  const registry = registryFailure(code, told.split("\n")[0] ?? "");
  if (registry.details["reachable"] === "no") return registry;
  if (/^E(4|5)\d\d$/.test(code ?? "") && code !== "E404") return registry;
  return failed();
}

/** npm's report of peers that exclude each other: `peer @backworks/core@"^2.0.0" from backworks-plugin-x@1.0.0`. */
function misfit(told: string, core: RunningCore): BackworksError | undefined {
  const peer = /peer (\S+)@"([^"]+)" from (\S+)@(\S+)/.exec(told);
  if (peer === null) return undefined;
  const [, needed = "", range = "", name = "", version = ""] = peer;
  return new BackworksError(
    "BW_CLI_PACKAGE_INCOMPATIBLE",
    { package: name, version, range: `${needed} ${range}`, core: `@backworks/core ${core.version}` },
    { hint: `npm view ${name} versions peerDependencies shows which version fits: name it with version:` },
  );
}

function clean(errors: string): string {
  return errors
    .split("\n")
    .filter((line) => !/^npm (warn|WARN)|complete log of this run|eresolve-report|^\s*$/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) ?/, ""))
    .filter((line) => line.trim() !== "" && !/^code \S+$/.test(line))
    .slice(0, 20)
    .join("\n");
}
