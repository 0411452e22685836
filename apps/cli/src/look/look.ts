import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedPlugin, isBackworksError } from "@backworks/core";
import { openPluginFolder } from "../install/folder.ts";
import { installPackages } from "../install/install.ts";
import type { Npm } from "../install/npm.ts";
import type { Published } from "../install/registry.ts";
import { ownFolder } from "../own-package.ts";
import type { RunningCore } from "../own-package.ts";
import { mark } from "./report.ts";
import type { LookReport } from "./report.ts";

/** What a package is looked at with. */
export interface Looking {
  readonly npm: Npm;
  readonly core: RunningCore;
}

const notInstalled: ReadonlySet<string> = new Set(["BW_CLI_PACKAGE_INCOMPATIBLE", "BW_CLI_INSTALL_FAILED"]);

/** A plugin that takes longer to be imported is none that anybody wants. */
const longestMs = 20_000;

/**
 * What the plugin of a published package says of itself: it is installed into a folder of its own, imported by a process
 * that may only read that folder and Backworks, and thrown away.
 *
 * @throws BW_CLI_REGISTRY_FAILED
 */
export async function lookAtPackage({ name, version }: Published, { npm, core }: Looking): Promise<LookReport> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "backworks-look-")));
  try {
    const folder = openPluginFolder(join(scratch, "plugins"));
    await installPackages({ [name]: version }, folder, { npm, core });
    const request = { name, package: name, version: undefined, modulePath: undefined };
    const entry = installedPlugin(request, [folder.path])?.entry;
    if (entry === undefined) return { kind: "problem", problem: "npm installed something else" };
    return await importApart(entry, [scratch, ownFolder(), core.folder]);
  } catch (error) {
    // What the registry says of it can be told all the same.
    if (!isBackworksError(error) || !notInstalled.has(error.code)) throw error;
    return { kind: "problem", problem: error.message };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function importApart(entry: string, readable: readonly string[]): Promise<LookReport> {
  const program = join(ownFolder(), "dist/look.js");
  const words = [...permissions(readable), "--no-warnings", program, entry];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env: {}, timeout: longestMs }, (error, stdout, stderr) => {
      const text = stdout.split(mark).at(1);
      if (text !== undefined) resolve(JSON.parse(text) as LookReport);
      else if (error?.killed === true) resolve({ kind: "problem", problem: `importing it takes over ${longestMs} ms` });
      else resolve({ kind: "problem", problem: lastLine(stderr) ?? error?.message ?? "it says nothing" });
    });
  });
}

/** No writing, no processes, no threads, no native code; reading only what is needed. */
function permissions(readable: readonly string[]): readonly string[] {
  const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  return [flag, ...readable.map((folder) => `--allow-fs-read=${join(folder, "*")}`)];
}

function lastLine(text: string): string | undefined {
  return /^\w*Error.*$/m.exec(text)?.[0];
}
