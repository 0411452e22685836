import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A module's text with where it stands. */
export interface ModuleText {
  readonly text: string;
  /** Absolute path of the file it stands in. */
  readonly name: string;
  /** Lines above it there. */
  readonly lineOffset: number;
  /** Whether it is all of that file. */
  readonly isFile: boolean;
}

const mostModules = 50;
const longestMs = 5000;

/**
 * Tells a mistake in the syntax of modules with its place: the loader keeps that for itself, and so does `vm`. A Node that only checks a file
 * tells, in some 50 ms for each.
 *
 * @throws SyntaxError whose stack begins with the place
 */
export function locateSyntaxError(modules: readonly ModuleText[], error: SyntaxError): void {
  for (const { text, name, lineOffset, isFile } of modules.slice(0, mostModules)) {
    const mistake = isFile ? findMistake(name) : inFile(text, findMistake);
    if (mistake === undefined) continue;
    error.stack = `${name}:${mistake.line + lineOffset}\n${mistake.mark}\n${error.stack ?? error.message}`;
    throw error;
  }
}

interface Mistake {
  readonly line: number;
  /** The line, and below it where in it. */
  readonly mark: string;
}

function findMistake(file: string): Mistake | undefined {
  const { status, stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: longestMs });
  const [, line, mark] = /^\S+:(\d+)\n(.*\n *\^)/m.exec(stderr) ?? [];
  return status === 0 || line === undefined || mark === undefined ? undefined : { line: Number(line), mark };
}

function inFile<T>(text: string, use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "backworks-"));
  try {
    const file = join(folder, "handler.mjs");
    writeFileSync(file, text);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
