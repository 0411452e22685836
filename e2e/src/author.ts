import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "./workspace.ts";

/** Somebody who writes plugins, with a folder and a terminal. */
export interface Author {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a program below the folder, which must succeed; gives what it wrote. */
  run(below: string, ...words: readonly [string, ...string[]]): Promise<string>;
}

export function createAuthor(folder: string, env: NodeJS.ProcessEnv): Author {
  const call = promisify(execFile);
  const settings = { ...plainEnvironment(), ...env };
  return {
    folder,
    env: settings,
    async run(below, program, ...words) {
      const { stdout } = await call(program, words, {
        cwd: path.join(folder, below),
        env: settings,
        timeout: 180_000,
        maxBuffer: 16_777_216,
      });
      return stdout;
    },
  };
}

/** What a test runner and package manager leave to their children, and whom git takes for the author. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_TEST_CONTEXT|JEST_|CI$)/.test(name));
  const name = { GIT_AUTHOR_NAME: "author", GIT_COMMITTER_NAME: "author" };
  const address = { GIT_AUTHOR_EMAIL: "author@localhost", GIT_COMMITTER_EMAIL: "author@localhost" };
  return { ...Object.fromEntries(own), ...name, ...address };
}

/** Commands of a plugin's tools, by package. */
const tools = {
  typescript: "tsc",
  oxlint: "oxlint",
  publint: "publint",
  "@arethetypeswrong/cli": "attw",
} as const;

/**
 * Packages named like the tools of a plugin, whose commands are those of the repository, and the types of Node: what
 * an author installs from a registry that has nothing else. Gives their folders.
 */
export function writeTools(folder: string): readonly string[] {
  return Object.entries(tools).map(([name, command]) => {
    const target = path.join(folder, name);
    const { version } = readManifest(path.join(root, "node_modules", name));
    const manifest = { name, version, license: "MIT", bin: { [command]: `./${command}` }, files: [command] };
    mkdirSync(target, { recursive: true });
    writeFileSync(path.join(target, "package.json"), JSON.stringify(manifest));
    const program = path.join(root, "node_modules/.bin", command);
    writeFileSync(path.join(target, command), `#!/bin/sh\nexec "${program}" "$@"\n`);
    chmodSync(path.join(target, command), 0o755);
    return target;
  });
}

/** Where the types of Node lie, by package; they are text, and installed as they are. */
export function nodeTypes(): Readonly<Record<string, string>> {
  const types = realpathSync(path.join(root, "node_modules/@types/node"));
  return { "@types/node": types, "undici-types": realpathSync(path.join(types, "../../undici-types")) };
}

function readManifest(folder: string): { readonly version: string } {
  // a package.json always has one
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string };
}
