import { commands } from "./commands/index.ts";
import { entryName } from "./command.ts";
import type { CommandEntry } from "./command.ts";
import { createContext } from "./context.ts";
import type { CommonOptions, Context } from "./context.ts";
import { exitCodes } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

/** Runs the command that `words` call, and gives the exit code; never throws. */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readCommonOptions(words);
  const context = createContext(terminal, options, words);
  try {
    return await callCommand(words, context);
  } catch (error) {
    const { reportFailure } = await import("./failure.ts");
    return reportFailure(error, context);
  }
}

async function callCommand(words: readonly string[], context: Context): Promise<ExitCode> {
  const { name, rest } = splitCommand(words);
  if (name === undefined || name === "help") return showHelp(rest, context);
  const entry = findEntry(name, rest);
  if (entry === undefined) {
    const { runPluginCommand } = await import("./plugin-command.ts");
    return runPluginCommand(name, wordsAfter(name, words), context);
  }
  return runEntry(entry, words, context);
}

async function runEntry(entry: CommandEntry, words: readonly string[], context: Context): Promise<ExitCode> {
  const [{ parseArguments }, command] = await Promise.all([import("./arguments.ts"), entry.load()]);
  if (asksForHelp(words)) {
    const { commandHelp } = await import("./help.ts");
    context.terminal.output.write(`${await commandHelp(entry, command)}\n`);
    return exitCodes.ok;
  }
  const args = parseArguments(entry, command, withoutGroup(entry, words));
  return command.run(args, createContext(context.terminal, withFile(args), words));
}

async function showHelp(topic: readonly string[], context: Context): Promise<ExitCode> {
  const [name] = topic;
  const entry = name === undefined ? undefined : findEntry(name, topic.slice(1));
  if (entry !== undefined) return runEntry(entry, [...entryName(entry).split(" "), "--help"], context);
  const { programHelp } = await import("./help.ts");
  context.terminal.output.write(`${await programHelp(context)}\n`);
  return exitCodes.ok;
}

/** The entry that the first one or two words name; `plugins` alone lists them. */
function findEntry(name: string, rest: readonly string[]): CommandEntry | undefined {
  const find = (wanted: string): CommandEntry | undefined => commands.find((entry) => entryName(entry) === wanted);
  if (name !== "plugins") return find(name);
  return find(`${name} ${rest[0] ?? "list"}`) ?? find("plugins list");
}

/** yargs sees one word per command. */
function withoutGroup(entry: CommandEntry, words: readonly string[]): readonly string[] {
  const [group, name] = entryName(entry).split(" ");
  if (name === undefined) return words;
  const at = words.indexOf(group ?? "");
  const rest = words.toSpliced(at, 1);
  return rest.includes(name) ? rest : rest.toSpliced(at, 0, name);
}

/** The `file` that `start` and others take is the configuration too. */
function withFile(args: Readonly<Record<string, unknown>>): CommonOptions {
  // yargs checked the types
  const options = args as CommonOptions & { readonly file?: string };
  return options.file === undefined ? options : { ...options, config: options.file };
}

const takesValue = new Set(["--config", "--cwd"]);

/** The first word that is no option is the command's name. */
function splitCommand(words: readonly string[]): {
  readonly name: string | undefined;
  readonly rest: readonly string[];
} {
  const plainWords = words.filter((word, index) => !word.startsWith("-") && !takesValue.has(words[index - 1] ?? ""));
  return { name: plainWords[0], rest: plainWords.slice(1) };
}

function wordsAfter(name: string, words: readonly string[]): readonly string[] {
  return words.slice(words.findIndex((word, index) => word === name && !takesValue.has(words[index - 1] ?? "")) + 1);
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

/** What is needed before the command is known: to show a mistake the way it was asked for. */
function readCommonOptions(words: readonly string[]): CommonOptions {
  const value = (name: string): string | undefined => {
    const at = words.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
    const word = words[at];
    return word === undefined || word === name ? words[at + 1] : word.slice(name.length + 1);
  };
  return {
    json: words.includes("--json"),
    quiet: words.includes("--quiet") || words.includes("-q"),
    color: words.includes("--no-color") ? false : words.includes("--color") ? true : undefined,
    cwd: value("--cwd"),
    config: value("--config"),
  };
}
