import type { InferredOptionTypes, Options, PositionalOptions } from "yargs";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit.ts";

/** One line of the list of commands; what runs is loaded when it is called. */
export interface CommandEntry {
  /** `start [file]`: the name, then its positional words as yargs writes them. */
  readonly usage: string;
  /** A few words, for the list. */
  readonly summary: string;
  readonly group: CommandGroup;
  load(): Promise<Command>;
}

export type CommandGroup = "Run" | "Look" | "Plugins" | "Database" | "Project";

/** What a command takes and does. */
export interface Command {
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly options: Readonly<Record<string, Options>>;
  /** Lines below the help: `["backworks start --port 0", "on a free port"]`. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  run(args: Readonly<Record<string, unknown>>, context: Context): Promise<ExitCode>;
}

interface Definition<P extends Record<string, PositionalOptions>, O extends Record<string, Options>> {
  readonly positionals?: P;
  readonly options?: O;
  readonly examples?: Command["examples"];
  run(args: InferredOptionTypes<P> & InferredOptionTypes<O>, context: Context): Promise<ExitCode>;
}

/** What a command declares that takes nothing: no key, so that no argument can be read by mistake. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- an empty declaration is meant
type Nothing = Record<never, never>;

/** Types a command's arguments from what it declares. */
export function defineCommand<
  P extends Record<string, PositionalOptions> = Nothing,
  O extends Record<string, Options> = Nothing,
>(definition: Definition<P, O>): Command {
  return {
    positionals: definition.positionals ?? {},
    options: definition.options ?? {},
    examples: definition.examples ?? [],
    // yargs checked the arguments against the same declarations
    run: (args, context) => definition.run(args as InferredOptionTypes<P> & InferredOptionTypes<O>, context),
  };
}

/** The words that call a command: `start`, `plugins add`. */
export function entryName(entry: CommandEntry): string {
  return entry.usage.split(/ (?=[<[])/)[0] ?? entry.usage;
}
