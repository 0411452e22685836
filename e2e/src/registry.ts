import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startCommand } from "./command.ts";
import type { RunningCommand } from "./command.ts";
import { freePort } from "../../scripts/free-port.js";

/** The last Verdaccio for Node 20; one of its dependencies asks for a dist-tag, hence the override. */
const manifest = { private: true, dependencies: { verdaccio: "6.8.0" }, overrides: { "node-fetch": "2.7.0" } };
const installed = path.resolve(import.meta.dirname, "../temp/verdaccio");

export interface Registry extends AsyncDisposable {
  readonly url: string;
  /** Settings with which npm and pnpm use this registry and nothing of the user. */
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a registry that knows nothing but what is published to it: whatever else is asked for is a 404. */
export async function startRegistry(folder: string): Promise<Registry> {
  installVerdaccio();
  const port = await freePort();
  const config = path.join(folder, "verdaccio.json");
  writeFileSync(config, JSON.stringify(configuration(folder)));
  const program = [process.execPath, path.join(installed, "node_modules/verdaccio/bin/verdaccio")] as const;
  const words = ["--config", config, "--listen", `127.0.0.1:${port}`];
  const running = startCommand(words, { cwd: folder, program: [...program], timeoutMs: 900_000 });
  await untilAnswers(`http://127.0.0.1:${port}/-/ping`, running);
  return {
    url: `http://127.0.0.1:${port}/`,
    env: clientEnvironment(folder, port),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

function installVerdaccio(): void {
  if (existsSync(path.join(installed, "node_modules/verdaccio"))) return;
  mkdirSync(installed, { recursive: true });
  writeFileSync(path.join(installed, "package.json"), JSON.stringify(manifest));
  const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  execFileSync("npm", words, { cwd: installed, stdio: "pipe", timeout: 180_000 });
}

function configuration(folder: string): unknown {
  const access = { access: "$all", publish: "$all", unpublish: "$all" };
  return {
    storage: path.join(folder, "storage"),
    auth: { htpasswd: { file: path.join(folder, "htpasswd") } },
    uplinks: {},
    packages: { "@*/*": access, "**": access },
    log: { type: "stdout", format: "json", level: "http" },
  };
}

async function untilAnswers(url: string, running: RunningCommand): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await running.stop();
  throw new Error(`the registry does not answer:\n${running.stdout()}\n${running.stderr()}`);
}

/** npm wants a token, whatever it is. */
function clientEnvironment(folder: string, port: number): NodeJS.ProcessEnv {
  const userconfig = path.join(folder, "npmrc");
  writeFileSync(userconfig, `registry=http://127.0.0.1:${port}/\n//127.0.0.1:${port}/:_authToken=local\n`);
  return {
    NPM_CONFIG_USERCONFIG: userconfig,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: path.join(folder, "npm-cache"),
    npm_config_update_notifier: "false",
    npm_config_yes: undefined,
  };
}
