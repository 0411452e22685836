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

/** The yargs parser of one command. */
export function createParser(entry: CommandEntry, command: Command): Argv {
  const name = entryName(entry);
  const parser = yargs()
    .scriptName("backworks")
    .locale("en")
    .parserConfiguration({ "camel-case-expansion": false, "dot-notation": false, "greedy-arrays": false })
    .exitProcess(false)
    .help(false)
    .version(false)
    .wrap(100)
    .usage(`backworks ${entry.usage}\n\n${entry.summary}`)
    .options(command.options)
    .options(commonOptions);
  const lastWord = name.split(" ").at(-1) ?? name;
  parser.command(`${lastWord}${entry.usage.slice(name.length)}`, false, (inner) => {
    for (const [key, option] of Object.entries(command.positionals)) inner.positional(key, option);
    return inner.strict();
  });
  for (const [line, meaning] of command.examples) parser.example(line, meaning);
  return parser;
}

/**
 * The arguments of one command, checked.
 *
 * @throws BW_CLI_USAGE, BW_CLI_OPTION_UNKNOWN
 */
export function parseArguments(
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const known = { ...command.options, ...commonOptions };
  const parser = createParser(entry, command).fail((message, error) => {
    throw error ?? usageError(message, { entry, known: Object.keys(known), words });
  });
  const values: Record<string, unknown> = { ...parser.parseSync([...words]) };
  for (const [key, option] of Object.entries(known)) values[key] = settle(key, option, values[key]);
  return values;
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

interface Call {
  readonly entry: CommandEntry;
  readonly known: readonly string[];
  readonly words: readonly string[];
}

function usageError(message: string, call: Call): BackworksError {
  const hint = `backworks ${entryName(call.entry)} --help shows what it takes`;
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (unknown !== undefined) return unknownWord(unknown, call, hint);
  const needed = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (needed !== undefined)
    return new BackworksError("BW_CLI_USAGE", { problem: `--${needed} needs a value` }, { hint });
  if (message.startsWith("Not enough non-option arguments")) {
    return new BackworksError("BW_CLI_USAGE", { problem: `too few words: backworks ${call.entry.usage}` }, { hint });
  }
  const problem = message.replace(/\s+/g, " ").replace("Invalid values: ", "");
  return new BackworksError("BW_CLI_USAGE", { problem }, { hint });
}

function unknownWord(word: string, call: Call, hint: string): BackworksError {
  const dashes = call.words.some((given) => given === `--${word}` || given.startsWith(`--${word}=`)) ? "--" : "-";
  if (call.words.includes(word)) {
    return new BackworksError("BW_CLI_USAGE", { problem: `one word too many: ${word}` }, { hint });
  }
  const near = suggest(word, call.known);
  return new BackworksError(
    "BW_CLI_OPTION_UNKNOWN",
    { option: `${dashes}${word}` },
    { hint: near === undefined ? hint : `did you mean --${near}?` },
  );
}
