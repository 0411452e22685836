import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Paint } from "./paint.ts";
import type { Terminal } from "./terminal.ts";

/** The options every command has. */
export interface CommonOptions {
  readonly json?: boolean | undefined;
  readonly config?: string | undefined;
  readonly cwd?: string | undefined;
  readonly quiet?: boolean | undefined;
  /** `--color`, `--no-color`; the environment decides when neither is there. */
  readonly color?: boolean | undefined;
}

/** What a command runs in: where it stands and how it speaks. */
export interface Context {
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly json: boolean;
  readonly quiet: boolean;
  /** What a person wrote, to be written again with `--yes`: `backworks start shop.yaml`. */
  readonly invocation: string;
  /** Absolute path of the folder the command works in. */
  readonly cwd: string;
  /** As given: relative to `cwd`, or absolute. */
  readonly config: string | undefined;
  /** Absolute path of the folder that holds the configuration. */
  readonly root: string;
  /** Gives the result: JSON on one line when asked for, otherwise text for people, nothing when it is empty. */
  result(value: unknown, text: (paint: Paint) => string): void;
  /** Tells a person what goes on, on standard error; nothing under `--quiet` or `--json`. */
  note(text: string): void;
}

/** The context of one run. */
export function createContext(terminal: Terminal, options: CommonOptions, words: readonly string[] = []): Context {
  const cwd = resolve(terminal.cwd, options.cwd ?? ".");
  const paint = terminal.output.paint(options.color);
  const json = options.json === true;
  const quiet = options.quiet === true;
  return {
    terminal,
    paint,
    json,
    quiet,
    invocation: ["backworks", ...words.filter((word) => word !== "--no-install")].join(" "),
    cwd,
    config: options.config,
    root: options.config === undefined ? cwd : rootOf(resolve(cwd, options.config)),
    result(value, text) {
      const written = json ? JSON.stringify(value) : text(paint);
      if (written !== "") terminal.output.write(`${written}\n`);
    },
    note(text) {
      if (!quiet && !json) terminal.errors.write(`${text}\n`);
    },
  };
}

/** The configuration may be named by its folder. */
function rootOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}
