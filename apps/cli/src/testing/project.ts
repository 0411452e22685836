import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "../program.ts";
import { createFakeTerminal } from "./fake-terminal.ts";
import type { FakeTerminalOptions } from "./fake-terminal.ts";

/** A folder of its own for a test, removed with the scope. */
export interface Project extends Disposable {
  readonly folder: string;
  write(name: string, text: string): void;
  read(name: string): string;
  /** Runs a command in the folder, in process. */
  run(words: string, options?: RunOptions): Promise<Ran>;
}

export interface RunOptions extends Partial<FakeTerminalOptions> {
  /** What a person types. */
  readonly typed?: string;
}

/** How a command ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  json(): unknown;
}

export function createProject(files: Readonly<Record<string, string>> = {}): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bw-cli-")));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    folder,
    write,
    read: (name) => readFileSync(join(folder, name), "utf8"),
    async run(words, options = {}) {
      const terminal = createFakeTerminal({ cwd: folder, env: { PATH: process.env["PATH"] }, ...options });
      if (options.typed !== undefined) terminal.input.write(options.typed);
      const code = await runProgram(splitWords(words), terminal);
      return { code, out: terminal.out(), err: terminal.err(), json: () => JSON.parse(terminal.out()) as unknown };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** Words the way a shell makes them of blanks and single quotes. */
function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}
