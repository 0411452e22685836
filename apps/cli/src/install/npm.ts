import { spawn } from "node:child_process";
import { BackworksError } from "@backworks/core";

/** How a run of npm ended. */
export interface NpmRun {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs the person's npm; a parameter wherever it is used. Rejects with BW_CLI_NPM_MISSING when there is none. */
export type Npm = (args: readonly string[], folder: string) => Promise<NpmRun>;

/** Makes the runner of the `npm` on the path. Nothing is asked of a person, no script of a package runs. */
export function createNpm(env: Readonly<Record<string, string | undefined>>): Npm {
  return (args, folder) =>
    new Promise((resolve, reject) => {
      const child = spawn("npm", [...args, ...always], {
        cwd: folder,
        env: cleanEnvironment(env),
        stdio: ["ignore", "pipe", "pipe"],
        shell: process.platform === "win32",
      });
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
      child.on("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? npmMissing(error) : error));
      child.on("close", (code) => resolve({ code: code ?? 1, output: text(output), errors: text(errors) }));
    });
}

function npmMissing(cause: Error): BackworksError {
  const hint = "install npm, or install the package into the project by what you use instead";
  return new BackworksError("BW_CLI_NPM_MISSING", {}, { cause, hint });
}

const always = ["--fetch-retries=1", "--fetch-retry-mintimeout=500", "--no-update-notifier"];

/** Settings of an npm that started us (`npx -p`, `npm run -w`) must not reach this one. */
const ofOuterNpm =
  /^npm_config_(call|dry_run|force|global|include_workspace_root|install_links|legacy_peer_deps|local_prefix|location|omit|package|package_lock_only|prefix|workspaces?)$/i;

function cleanEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofOuterNpm.test(name)));
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}
