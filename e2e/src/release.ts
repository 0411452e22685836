import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./workspace.ts";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Folders of packages that are published in the rehearsal: the real ones, and examples of plugins. */
const published = [
  "packages/core",
  "packages/mode-proxy",
  "packages/mode-database",
  "packages/plugin-cache",
  "packages/plugin-monitoring",
  "packages/testkit",
  "packages/create-backworks-plugin",
  "apps/cli",
];
const examplePlugins = "examples/plugins";

/** Copies the repository as git sees it, with what was built. */
export function copyRepository(to: string): void {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const name of list.toString().split("\0")) {
    if (name === "" || !existsSync(path.join(root, name))) continue;
    mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
    cpSync(path.join(root, name), path.join(to, name));
  }
  for (const folder of [...published, ...listPlugins()]) {
    const built = path.join(root, folder, "dist");
    if (existsSync(built)) cpSync(built, path.join(to, folder, "dist"), { recursive: true });
  }
}

/** Example plugins that a registry could take, by folder. */
export function listPlugins(): readonly string[] {
  return readdirSync(path.join(root, examplePlugins))
    .map((name) => path.join(examplePlugins, name))
    .filter((folder) => /^(@backworks\/plugin-|backworks-plugin-)/.test(readManifest(root, folder)?.name ?? ""));
}

export function readManifest(base: string, folder: string): Manifest | undefined {
  const file = path.join(base, folder, "package.json");
  if (!existsSync(file)) return undefined;
  // written by us
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

export interface Release {
  /** Raises the versions as the changesets say. */
  version(): void;
  /** Publishes what the registry does not have. */
  publish(): void;
  addChangeset(name: string, text: string): void;
  manifest(folder: string): Manifest;
}

/** Settings of package managers that whoever runs the tests brings: a rehearsal reaches its own registry only. */
function withoutRegistries(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^p?npm_config_/i.test(name)));
}

/** A release from a copy of the repository, to the registry of `env`. */
export function prepareRelease(folder: string, env: NodeJS.ProcessEnv): Release {
  const settings = { ...withoutRegistries(process.env), ...env, ...identity, CI: "true" };
  const run = (file: string, words: readonly string[]): string =>
    execFileSync(file, words, { cwd: folder, env: settings, encoding: "utf8", stdio: "pipe", timeout: 120_000 });
  for (const plugin of listPlugins()) makePublic(folder, plugin);
  run("git", ["init", "-q", "-b", "main"]);
  run("git", ["add", "-A"]);
  run("git", ["commit", "-qm", "copy"]);
  // From the store of the machine, not from the empty registry.
  execFileSync("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], {
    cwd: folder,
    env: { ...process.env, CI: "true" },
    stdio: "pipe",
    timeout: 120_000,
  });
  return {
    version: () => void run("pnpm", ["exec", "changeset", "version"]),
    publish: () => void run("pnpm", ["exec", "changeset", "publish"]),
    addChangeset: (name, text) => writeFileSync(path.join(folder, ".changeset", `${name}.md`), text),
    manifest(name) {
      const manifest = readManifest(folder, name);
      if (manifest === undefined) throw new Error(`${name} has no package.json`);
      return manifest;
    },
  };
}

const identity = {
  GIT_AUTHOR_NAME: "release",
  GIT_AUTHOR_EMAIL: "release@localhost",
  GIT_COMMITTER_NAME: "release",
  GIT_COMMITTER_EMAIL: "release@localhost",
};

function makePublic(folder: string, plugin: string): void {
  const { private: _, ...manifest } = readManifest(folder, plugin) ?? { private: true };
  writeFileSync(path.join(folder, plugin, "package.json"), JSON.stringify(manifest, undefined, 2));
}
