import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Guardian } from "./guardian.ts";

/** A process that may start others. */
export interface GroupOrders {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly folder: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes of data it may have, as a limit of the system beside the one that is watched; `undefined` where the program reserves more than it uses. */
  readonly dataBytes: number | undefined;
}

/** A process with everything it started. */
export interface ProcessGroup {
  readonly child: ChildProcessWithoutNullStreams;
  /** Ends all of them at once. */
  kill(): void;
  /** Resolves when the first of them has ended, and with it the others, and what it wrote is read: with how. */
  readonly ended: Promise<string>;
}

/** Time for that: what it started in a group of its own may hold its output open for ever. */
const readGraceMs = 500;

/** Starts a program in a process group of its own. */
export function startGroup({ command, folder, environment, dataBytes }: GroupOrders, guardian: Guardian): ProcessGroup {
  const [program = "", ...args] = limited(command, dataBytes);
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
    stdio: "pipe",
    detached: true,
    windowsHide: true,
  });
  const { pid } = child;
  if (pid !== undefined && !isWindows) guardian.add(pid);
  // A pipe breaks when the other side ends; that it has ended is told below.
  child.stdin.on("error", () => {});
  child.stdout.on("error", () => {});
  child.stderr.on("error", () => {});
  let isGone = false;
  const kill = (): void => {
    // Its number may be another's by then.
    if (!isGone) killGroup(child);
  };
  /** Takes along what it started and left behind. */
  const leave = (): void => {
    kill();
    isGone = true;
    if (pid !== undefined) guardian.remove(pid);
  };
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => {
      leave();
      resolve(describe(error));
    });
    child.on("exit", (code, signal) => {
      leave();
      const how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
      void outputRead(child).then(() => resolve(how));
    });
  });
  return { child, kill, ended };
}

function outputRead({ stdout }: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve) => {
    if (stdout.closed) return resolve();
    const timer = setTimeout(() => stdout.destroy(), readGraceMs);
    stdout.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const isWindows = process.platform === "win32";

function killGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function describe(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT"
    ? "its program is not there"
    : `it could not be started (${error.code ?? error.message})`;
}

/** By `prlimit` of util-linux, where it is there: no core dumps, no more data than that. */
function limited(command: readonly string[], dataBytes: number | undefined): readonly string[] {
  const prlimit = findProgram("prlimit");
  if (prlimit === undefined) return command;
  return [prlimit, "--core=0", ...(dataBytes === undefined ? [] : [`--data=${dataBytes}`]), "--", ...command];
}

const found = new Map<string, string | undefined>();

/** Where a program of this name is. */
export function findProgram(name: string, path: string = process.env["PATH"] ?? ""): string | undefined {
  const key = `${name} ${path}`;
  if (!found.has(key)) {
    found.set(
      key,
      path
        .split(delimiter)
        .map((folder) => join(folder, name))
        .find((file) => existsSync(file)),
    );
  }
  return found.get(key);
}
