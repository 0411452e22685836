import { spawn } from "node:child_process";
import { join } from "node:path";
import { ownFolder } from "../own-package.ts";

/** The built command as a process of its own; ended with the scope. */
export interface CommandProcess extends AsyncDisposable {
  readonly out: () => string;
  readonly err: () => string;
  /** The first match in standard output, once it is there. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  endInput(): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export function startProcess(folder: string, words: readonly string[]): CommandProcess {
  const file = join(ownFolder(), "bin", "backworks.js");
  const child = spawn(process.execPath, [file, ...words], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  let err = "";
  const waiting = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
    for (const look of waiting) look();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  return {
    out: () => out,
    err: () => err,
    ended,
    kill: (signal) => void child.kill(signal),
    endInput: () => void child.stdin.end(),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(out);
          if (found === null) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then((code) => reject(new Error(`ended with ${code}: ${out}${err}`)));
      }),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
