import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { findProgram } from "./guests/group.ts";
import type { Launch } from "./language.ts";

/** The words of a command line: split at spaces, quotes keep them together. Nothing else is special. */
export function splitCommand(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

/** @throws BW_RUNTIME_COMMAND when there is no such program */
export function requireProgram(
  [program = ""]: readonly string[],
  { environment, folder, orders, refuse }: Launch,
): void {
  const file = program.includes("/") ? resolve(folder, program) : findProgram(program, environment["PATH"]);
  if (file !== undefined && existsSync(file)) return;
  const hint =
    isAbsolute(program) || program.includes("/")
      ? `there is no file ${file ?? program}`
      : "install it, or name its command under runtimes:";
  throw refuse("BW_RUNTIME_COMMAND", { command: program, endpoint: orders.endpoint }, { key: "language", hint });
}
