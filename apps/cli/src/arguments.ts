import { BackworksError, suggest } from "@backworks/core";
import yargs from "yargs";
import type { Argv, Options } from "yargs";
import type { Command, CommandEntry } from "./command.ts";
import { entryName } from "./command.ts";

/** Declared once for every command. */
export const commonOptions = {
  config: { type: "string", requiresArg: true, describe: "Configuration file", group: "Everywhere:" },
  cwd: { type: "string", requiresArg: true, describe: "Folder to work in", group: "Everywhere:" },
  json: { type: "boolean", describe: "Write JSON to standard output", group: "Everywhere:" },
  quiet: { type: "boolean", alias: "q", describe: "Write the result only", group: "Everywhere:" },
  color: { type: "boolean", describe: "Colours; --no-color for none", group: "Everywhere:" },
  help: { type: "boolean", alias: "h", describe: "Show this help", group: "Everywhere:" },
} as const satisfies Record<string, Options>;

/** The yargs parser of one command's options. */
export function createParser(command: Command): Argv {
  return yargs()
    .scriptName("backworks")
    .locale("en")
    .parserConfiguration({
      "boolean-negation": true,
      "camel-case-expansion": false,
      "dot-notation": false,
      "greedy-arrays": false,
      "parse-positional-numbers": false,
    })
    .exitProcess(false)
    .help(false)
    .version(false)
    .strictOptions()
    .options(
      Object.fromEntries(
        Object.entries(command.options).map(([key, option]) => [key, { ...option, group: "Options:" }]),
      ),
    )
    .options(commonOptions);
}

/**
 * The arguments of one command, checked: options by their names, positional words by theirs.
 *
 * @throws BW_CLI_USAGE, BW_CLI_OPTION_UNKNOWN
 */
export function parseArguments(
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const known = { ...command.options, ...commonOptions };
  const parser = createParser(command).fail((message, error) => {
    // yargs has its own errors, which say the same as the message
    throw typeof message === "string" ? optionError(message, { entry, known: Object.keys(known), words }) : error;
  });
  const parsed = parser.parseSync([...words]);
  const values: Record<string, unknown> = { ...parsed };
  for (const [key, option] of Object.entries(known)) values[key] = settle(key, option, values[key]);
  const given = [...parsed._, ...doubleDashed(parsed)].map(String).slice(entryName(entry).split(" ").length);
  return { ...values, ...readPositionals(entry, command, given) };
}

/** @throws BW_CLI_OPTION_UNKNOWN */
export function refuseUnknownOptions(words: readonly string[]): void {
  const known = new Set([
    "version",
    "v",
    ...Object.entries(commonOptions).flatMap(([key, option]) => aliasesOf(key, option)),
  ]);
  for (const word of words.filter((one) => one.startsWith("-"))) {
    const name = word.replace(/^--?(no-)?/, "").replace(/=.*/s, "");
    if (known.has(name)) continue;
    const near = suggest(name, known);
    const hint = near === undefined ? "backworks --help lists the commands" : `did you mean --${near}?`;
    throw new BackworksError("BW_CLI_OPTION_UNKNOWN", { option: word }, { hint });
  }
}

function aliasesOf(key: string, { alias }: Options): readonly string[] {
  return [key, ...[alias ?? []].flat()];
}

/** Words after `--`, which are no options whatever they look like. */
function doubleDashed(parsed: Readonly<Record<string, unknown>>): readonly string[] {
  const rest = parsed["--"];
  return Array.isArray(rest) ? rest.map(String) : [];
}

/** yargs makes a list of an option that is there twice: the last one counts. */
function settle(key: string, option: Options, value: unknown): unknown {
  if (option.type === "array") return value;
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (option.type === "number" && Number.isNaN(last)) {
    throw new BackworksError("BW_CLI_USAGE", { problem: `--${key} must be a number` });
  }
  return last;
}

/** Positional words by the names that the usage gives them: `<path>` must be there, `[file]` may. */
function readPositionals(
  entry: CommandEntry,
  command: Command,
  given: readonly string[],
): Readonly<Record<string, string>> {
  const slots = [...entry.usage.matchAll(/([<[])(\w+)[>\]]/g)];
  const extra = given[slots.length];
  if (extra !== undefined) throw usageError(`one word too many: ${extra}`, entry);
  const values: Record<string, string> = {};
  for (const [index, [, bracket, name = ""]] of slots.entries()) {
    const value = given[index] ?? textOf(command.positionals[name]?.default);
    if (value === undefined && bracket === "<") throw usageError(`too few words: backworks ${entry.usage}`, entry);
    if (value !== undefined) values[name] = checkChoice(name, value, { entry, command });
  }
  return values;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function checkChoice(
  name: string,
  value: string,
  { entry, command }: { entry: CommandEntry; command: Command },
): string {
  const { choices } = command.positionals[name] ?? {};
  if (choices === undefined || choices.includes(value)) return value;
  throw usageError(`${name} must be one of ${choices.join(", ")}, not ${value}`, entry);
}

interface Call {
  readonly entry: CommandEntry;
  readonly known: readonly string[];
  readonly words: readonly string[];
}

function optionError(message: string, call: Call): BackworksError {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (unknown !== undefined) return unknownOption(unknown, call);
  const needed = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (needed !== undefined) return usageError(`--${needed} needs a value`, call.entry);
  return usageError(message.replace(/\s+/g, " ").replace("Invalid values: ", ""), call.entry);
}

function unknownOption(word: string, { entry, known, words }: Call): BackworksError {
  const long = words.some(
    (given) => given === `--${word}` || given.startsWith(`--${word}=`) || given === `--no-${word}`,
  );
  const near = suggest(word, known);
  return new BackworksError(
    "BW_CLI_OPTION_UNKNOWN",
    { option: `${long ? "--" : "-"}${word}` },
    { hint: near === undefined ? `backworks ${entryName(entry)} --help lists the options` : `did you mean --${near}?` },
  );
}

function usageError(problem: string, entry: CommandEntry): BackworksError {
  const hint = `backworks ${entryName(entry)} --help shows what it takes`;
  return new BackworksError("BW_CLI_USAGE", { problem }, { hint });
}
