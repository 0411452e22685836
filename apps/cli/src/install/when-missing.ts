import { existsSync } from "node:fs";
import { isBackworksError } from "@backworks/core";
import type { BackworksError } from "@backworks/core";
import type { Context } from "../context.ts";
import { runningCore } from "../own-package.ts";
import { pluginFolder } from "../project.ts";
import type { ProjectOptions } from "../project.ts";
import type { Ensured } from "./ensure.ts";

export interface PackageCall {
  readonly context: Context;
  /** `true` installs, `false` never does, `undefined` asks a person when there is one. */
  readonly install: boolean | undefined;
}

/**
 * Opens something; when a package is missing, sees to it and opens again. A project that has all its packages pays
 * nothing.
 */
export async function withPackages<T>(project: ProjectOptions, call: PackageCall, open: () => Promise<T>): Promise<T> {
  const folder = pluginFolder(call.context.root);
  if (existsSync(folder)) await relink(folder);
  return openWith(project, call, { open, installs: mostInstalls });
}

/** A mode that was installed may need a driver. */
const mostInstalls = 2;

interface Opening<T> {
  open(): Promise<T>;
  /** How often something may be installed yet. */
  readonly installs: number;
}

async function openWith<T>(project: ProjectOptions, call: PackageCall, { open, installs }: Opening<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!namesMissingPackage(error) || installs === 0) throw error;
    const ensured = await installMissing(project, call);
    if (ensured === "installed") return openWith(project, call, { open, installs: installs - 1 });
    const { withCommand } = await import("./ensure.ts");
    throw withCommand(error, ensured, call.context.invocation);
  }
}

/** Whether an error says that a package is not installed, or not in the version that is asked for. */
function namesMissingPackage(error: unknown): error is BackworksError {
  if (!isBackworksError(error)) return false;
  return codes.has(error.code) || error.errors.some((part) => namesMissingPackage(part));
}

const codes: ReadonlySet<string> = new Set([
  "BW_PLUGIN_NOT_FOUND",
  "BW_PLUGIN_VERSION",
  "BW_CONFIG_MODE_UNKNOWN",
  "BW_DATABASE_DRIVER_MISSING",
]);

async function relink(path: string): Promise<void> {
  const { relinkFolder } = await import("./relink.ts");
  const { openPluginFolder } = await import("./folder.ts");
  await relinkFolder(openPluginFolder(path), runningCore());
}

/**
 * Installs what the configuration enables and no folder has, as far as that is allowed.
 *
 * @throws BW_CLI_PACKAGE_UNKNOWN, BW_CLI_PACKAGE_INCOMPATIBLE, BW_CLI_INSTALL_FAILED, BW_CLI_REGISTRY_FAILED
 */
export async function installMissing(project: ProjectOptions, call: PackageCall): Promise<Ensured> {
  const { ensurePackages } = await import("./ensure.ts");
  const { createNpm } = await import("./npm.ts");
  const install = call.install ?? (saidYesToNpx(project.env) ? true : undefined);
  const options = { install, npm: createNpm(project.env), core: runningCore() };
  return ensurePackages(project, call.context, options);
}

/** `npx --yes @backworks/cli start`: whoever wrote that has agreed to installing, and npx tells it so. */
function saidYesToNpx(env: Readonly<Record<string, string | undefined>> = {}): boolean {
  return env["npm_command"] === "exec" && env["npm_config_yes"] === "true";
}
