import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/**
 * Keeps mistakes in a thread from ending, stopping or silencing the whole process: signals to itself, closing its standard streams.
 *
 * No protection from code that means harm: that belongs into a process or a sandbox.
 */
export function guardProcess(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    // 0 asks whether it is there; 0 and negative numbers as process are groups, ours among them.
    if (signal !== 0 && (pid === process.pid || pid <= 0)) throw refusal("signal the server");
    return kill(pid, signal);
  };
  const { close, closeSync } = fs;
  fs.closeSync = (descriptor) => {
    if (isStandard(descriptor)) throw refusal("close the server's standard streams");
    closeSync(descriptor);
  };
  fs.close = Object.assign((...args: Parameters<typeof close>) => {
    if (isStandard(args[0])) throw refusal("close the server's standard streams");
    close(...args);
  }, close);
  syncBuiltinESMExports();
}

function isStandard(descriptor: number): boolean {
  return descriptor >= 0 && descriptor <= 2;
}

function refusal(what: string): Error {
  return Object.assign(new Error(`a handler in a thread may not ${what}; isolation: process has its own`), {
    code: "ERR_NOT_PERMITTED",
  });
}
