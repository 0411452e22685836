import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Author } from "./author.ts";
import { runCommand, startCommand } from "./command.ts";
import type { CommandResult } from "./command.ts";
import type { Measured } from "./faults/load.ts";
import { startLoad } from "./faults/load.ts";
import { ask } from "./http.ts";
import { waitUntilReady } from "./server.ts";

/** A plugin that is begun, published, and published again in its next version. */
export interface RoadPlugin {
  readonly name: string;
  readonly kind: string;
  /** Lines of YAML below its name. */
  readonly options: readonly string[];
}

/** From nothing to two versions in the registry, by the commands of the documentation and with what they wrote unchanged. */
export async function publishPlugins(plugins: readonly RoadPlugin[], author: Author): Promise<void> {
  // One after another: they share the folder in which npx keeps what it ran.
  for (const { name, kind } of plugins) {
    await author.run("", "npm", "create", "--yes", "backworks-plugin", name, "--", "--kind", kind, "--yes");
  }
  await Promise.all(plugins.map(({ name }) => publishPlugin(name, author)));
}

async function publishPlugin(name: string, author: Author): Promise<void> {
  await author.run(name, "npm", "install", "--no-audit", "--no-fund");
  await author.run(name, "git", "init", "--quiet");
  await author.run(name, "git", "add", "--all");
  await author.run(name, "git", "commit", "--quiet", "--message", "begin");
  await author.run(name, "npm", "publish");
  // Compiles, runs the tests and the contract, raises the version, commits and tags.
  await author.run(name, "npm", "run", "release", "--", "minor");
  await author.run(name, "npm", "publish");
}

/** A project whose server serves while plugins come and are replaced. */
export interface RoadProject {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a server met on the way, and the versions of its plugins after every step. */
export interface Travelled {
  readonly load: Measured;
  readonly seconds: number;
  readonly steps: readonly string[];
}

const yaml = `name: shop
rate_limit: false
server: { overload: false }
endpoints:
  hello: { path: /hello, mock: { body: { hello: world } } }
`;

/** Enables each plugin in a server that runs, and replaces it by its next version, under load. */
export async function travel(plugins: readonly RoadPlugin[], project: RoadProject): Promise<Travelled> {
  writeFileSync(path.join(project.folder, "backworks.yaml"), yaml);
  const program = path.join(project.folder, "node_modules/@backworks/cli/bin/backworks.js");
  const call = { cwd: project.folder, env: project.env, program: [process.execPath, program] as const };
  await using server = await waitUntilReady(
    startCommand(["start", "--port", "0"], { ...call, program: [...call.program], timeoutMs: 240_000 }),
  );
  const command = async (...words: readonly string[]): Promise<CommandResult> => {
    const ran = await runCommand(words, { ...call, program: [...call.program] });
    if (ran.code !== 0) throw new Error(`${words.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
    return ran;
  };
  await using load = startLoad(server.url, { kept: 8, fresh: 2, pauseMs: 4, path: () => "/hello" });
  const startedAt = performance.now();
  const steps: string[] = [];
  for (const { name, options } of plugins) {
    for (const version of ["0.1.0", "0.2.0"]) {
      await command("plugins", "add", `${name}@${version}`, "--yes");
      addOptions(project.folder, name, options);
      await command("reload");
      steps.push(`${name}@${await versionOf(name, server.url)}`);
    }
  }
  return { load: await load.stop(), seconds: (performance.now() - startedAt) / 1000, steps };
}

/** Below the line that enables it, once. */
function addOptions(folder: string, name: string, options: readonly string[]): void {
  const file = path.join(folder, "backworks.yaml");
  const text = readFileSync(file, "utf8");
  const added = options.filter((line) => !text.includes(line)).map((line) => `    ${line}\n`);
  writeFileSync(file, text.replace(`  ${name}:\n`, `  ${name}:\n${added.join("")}`));
}

/** As the plugin that runs says it itself. */
async function versionOf(name: string, url: string): Promise<string> {
  const { text } = await ask(`${url}/health`, { method: "GET" });
  const found = (JSON.parse(text) as Health).plugins?.find((plugin) => plugin.name === name);
  return found?.version ?? "not there";
}

interface Health {
  readonly plugins?: readonly { readonly name: string; readonly version?: string }[];
}
