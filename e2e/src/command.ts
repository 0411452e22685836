import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

/** The built command, found as a dependent would find it. */
export const commandFile: string = path.join(
  path.dirname(createRequire(import.meta.url).resolve("@backworks/cli/package.json")),
  "bin/backworks.js",
);

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds until the whole process group is ended. */
  readonly timeoutMs?: number;
  /** Runs this instead of the built command. */
  readonly program?: readonly [string, ...string[]];
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `backworks` with these words until it ends. */
export async function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandResult> {
  await using running = startCommand(words, options);
  const code = await running.exited;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

export interface RunningCommand extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  /** Waits until the output so far matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal to the command alone. */
  signal(name: NodeJS.Signals): void;
  /** Ends the whole group. */
  stop(): Promise<number | null>;
}

const defaultTimeoutMs = 40_000;

/** Starts `backworks` in a process group of its own, which ends with the scope. */
export function startCommand(words: readonly string[], options: CommandOptions): RunningCommand {
  const [file, ...first] = options.program ?? [process.execPath, commandFile];
  const child = spawn(file, [...first, ...words], {
    cwd: options.cwd,
    env: { ...plainEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = collect(child);
  const exited = new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
    child.on("error", () => resolve(null));
  });
  const timer = setTimeout(() => endGroup(child, "SIGKILL"), options.timeoutMs ?? defaultTimeoutMs);
  void exited.then(() => clearTimeout(timer));
  const stop = async (): Promise<number | null> => {
    endGroup(child, "SIGTERM");
    const hard = setTimeout(() => endGroup(child, "SIGKILL"), 5000);
    const code = await exited;
    clearTimeout(hard);
    return code;
  };
  return {
    child,
    exited,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    until: (pattern) => waitFor(pattern, output, exited),
    signal: (name) => void child.kill(name),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

/** Nothing of the surroundings that changes what the command does. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" };
  for (const name of Object.keys(env)) {
    if (/^(BACKWORKS_|NODE_OPTIONS$|FORCE_COLOR$|CI$|PORT$|HOST$|NODE_ENV$|JEST_)/.test(name)) delete env[name];
  }
  return env;
}

interface Output {
  stdout: string;
  stderr: string;
  changed: () => void;
}

/** Characters that are kept of each output: an access log of millions of requests is longer than a string may be. */
const mostKept = 16e6;

function collect(child: ChildProcess): Output {
  const output: Output = { stdout: "", stderr: "", changed: () => undefined };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    if (output.stdout.length < mostKept) output.stdout += chunk;
    output.changed();
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    if (output.stderr.length < mostKept) output.stderr += chunk;
    output.changed();
  });
  return output;
}

function waitFor(pattern: RegExp, output: Output, exited: Promise<number | null>): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
      if (found === null) return;
      // A server under load writes many lines that nobody waits for.
      output.changed = () => undefined;
      resolve(found);
    };
    output.changed = look;
    look();
    void exited.then((code) => {
      look();
      reject(new Error(`ended with ${code} before ${pattern}:\n${output.stdout}\n${output.stderr}`));
    });
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
