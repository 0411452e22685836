import { createServer } from "node:net";
import { isBackworksError, loadConfig, readConfig } from "@backworks/core";
import type { Config, RawConfig } from "@backworks/core";
import { formatChecks } from "../check.ts";
import type { Check } from "../check.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit.ts";
import { ownVersion, runningCore } from "../own-package.ts";
import { checkPlugins } from "../plugin-checks.ts";
import { environmentOption, projectOptions, readOptions } from "../project.ts";

export const doctor = defineCommand({
  options: { environment: environmentOption },
  async run({ environment }, context) {
    const checks = [checkNode(), checkVersions(), ...(await checkProject(context, environment))];
    context.result(checks, (paint) => formatChecks(checks, paint));
    return checks.some(({ state }) => state === "bad") ? exitCodes.problemsFound : exitCodes.ok;
  },
});

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  const found = `${process.versions.node} on ${process.platform} ${process.arch}`;
  return fits
    ? { what: "Node", state: "good", found }
    : { what: "Node", state: "bad", found, mend: "Backworks needs Node 20.19 or later" };
}

function checkVersions(): Check {
  const own = ownVersion();
  const core = runningCore();
  const found = `command ${own}, core ${core.version} in ${core.folder}`;
  return own === core.version
    ? { what: "Backworks", state: "good", found }
    : { what: "Backworks", state: "note", found, mend: "install @backworks/cli and @backworks/core of one version" };
}

async function checkProject(context: Context, environment: string | undefined): Promise<readonly Check[]> {
  const raw = await readConfig(readOptions(context, environment)).catch((error: unknown) => error);
  if (!isRawConfig(raw)) return [failed(raw)];
  const loaded = await loadConfig(projectOptions(context, environment)).catch((error: unknown) => error);
  const plugins = await checkPlugins(raw);
  if (!isConfig(loaded)) return [failed(loaded), ...plugins];
  const good: Check = {
    what: "Configuration",
    state: "good",
    found: `${raw.file}, ${loaded.endpoints.length} ${loaded.endpoints.length === 1 ? "endpoint" : "endpoints"}`,
  };
  return [good, ...plugins, await checkPort(loaded)];
}

function isRawConfig(value: unknown): value is RawConfig {
  return typeof value === "object" && value !== null && "sources" in value;
}

function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && "endpoints" in value;
}

function failed(error: unknown): Check {
  if (!isBackworksError(error)) throw error;
  const mend =
    error.code === "BW_CONFIG_NOT_FOUND" ? "backworks init begins a project" : "backworks validate shows where";
  return { what: "Configuration", state: "bad", found: error.message, mend };
}

async function checkPort({ server }: Config): Promise<Check> {
  const { host, port } = server;
  const problem = await problemOf(host, port);
  if (problem === undefined) return { what: "Port", state: "good", found: `${port} on ${host} is free` };
  if (problem !== "EADDRINUSE") return { what: "Port", state: "bad", found: `${port} on ${host}: ${problem}` };
  const mend = "--port 0 takes any free one, --next-port the next";
  return { what: "Port", state: "note", found: `${port} on ${host} is taken`, mend };
}

/** Why a server cannot listen there, in the system's word; `undefined` when it can. */
function problemOf(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}
