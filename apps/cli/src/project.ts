import { join } from "node:path";
import type { Context } from "./context.ts";
import { ownFolder } from "./own-package.ts";

/** Declared by every command that reads a configuration. */
export const environmentOption = {
  type: "string",
  requiresArg: true,
  alias: "e",
  describe: "Which of environments: to use",
} as const;

/** The positional word of commands that take the configuration so. */
export const filePositional = { type: "string", describe: "Configuration file" } as const;

/** What core needs to find a project. */
export interface ProjectOptions {
  readonly cwd: string;
  /** A file, or the configuration itself. */
  readonly config?: string | object;
  readonly environment?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders after the project's root in which packages are looked for. */
  readonly searchFrom: readonly string[];
}

export function projectOptions(context: Context, environment: string | undefined): ProjectOptions {
  return {
    cwd: context.cwd,
    env: context.terminal.env,
    searchFrom: [ownFolder(), pluginFolder(context.root)],
    ...(context.config === undefined ? {} : { config: context.config }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** Where the command installs packages that the project lacks. */
export function pluginFolder(root: string): string {
  return join(root, ".backworks", "plugins");
}

/** The same for `readConfig`, which needs no packages. */
export function readOptions(
  context: Context,
  environment: string | undefined,
): { cwd: string; env: ProjectOptions["env"]; file: string | undefined; environment: string | undefined } {
  return { cwd: context.cwd, env: context.terminal.env, file: context.config, environment };
}
