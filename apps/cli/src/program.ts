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
  if (name === undefined) return withoutCommand(words, context);
  if (name === "help") return showHelp(rest, context);
  if (isGroup(name, rest) && (name !== "plugins" || asksForHelp(words))) return showHelp([name], context);
  const entry = findEntry(name, rest);
  if (entry !== undefined) return runEntry(entry, words, context);
  const { runPluginCommand, unknownCommand } = await import("./plugin-command.ts");
  const [action = ""] = rest;
  if (name === "export") return runPluginCommand(`export ${action}`, wordsAfter(action, words), context);
  if (groups.has(name)) throw unknownCommand(`${name} ${action}`.trim(), []);
  return runPluginCommand(name, wordsAfter(name, words), context);
}

/** Options alone: the version, the help, or a slip. */
async function withoutCommand(words: readonly string[], context: Context): Promise<ExitCode> {
  if (words.includes("--version") || words.includes("-v")) {
    const { ownVersion } = await import("./own-package.ts");
    const version = ownVersion();
    context.result({ version }, () => version);
    return exitCodes.ok;
  }
  const { refuseUnknownOptions } = await import("./arguments.ts");
  refuseUnknownOptions(words);
  return showHelp([], context);
}

async function runEntry(entry: CommandEntry, words: readonly string[], context: Context): Promise<ExitCode> {
  const { parseArguments } = await import("./arguments.ts");
  const command = await entry.load();
  if (asksForHelp(words)) {
    const { commandHelp } = await import("./help.ts");
    context.terminal.output.write(`${await commandHelp(entry, command)}\n`);
    return exitCodes.ok;
  }
  const args = parseArguments(entry, command, withAction(entry, words));
  return command.run(args, createContext(context.terminal, withFile(args), words));
}

async function showHelp([name = "", ...rest]: readonly string[], context: Context): Promise<ExitCode> {
  const isWord = isGroup(name, rest);
  const entry = isWord ? undefined : findEntry(name, rest);
  if (entry !== undefined) return runEntry(entry, [...entryName(entry).split(" "), "--help"], context);
  const { programHelp, wordHelp } = await import("./help.ts");
  const help = await (isWord ? wordHelp(name, context) : programHelp(context));
  context.terminal.output.write(`${help}\n`);
  return exitCodes.ok;
}

/** Words before which stand the names of several commands. */
const groups: ReadonlySet<string> = new Set(["plugins", "db", "export"]);

/** Whether it is such a word, without the one that makes it a command. */
function isGroup(name: string, rest: readonly string[]): boolean {
  return groups.has(name) && rest.length === 0;
}

/** The entry that the first one or two words name; `plugins` alone lists them. */
function findEntry(name: string, rest: readonly string[]): CommandEntry | undefined {
  const find = (wanted: string): CommandEntry | undefined => commands.find((entry) => entryName(entry) === wanted);
  return groups.has(name) ? find(`${name} ${rest[0] ?? "list"}`) : find(name);
}

/** `plugins` alone stands for `plugins list`. */
function withAction(entry: CommandEntry, words: readonly string[]): readonly string[] {
  const [group = "", action] = entryName(entry).split(" ");
  if (action === undefined || words.includes(action)) return words;
  return words.toSpliced(words.indexOf(group) + 1, 0, action);
}

/** The `file` that `start` and others take is the configuration too. */
function withFile(args: Readonly<Record<string, unknown>>): CommonOptions {
  // yargs checked the types
  const options = args as CommonOptions & { readonly file?: string };
  return options.file === undefined ? options : { ...options, config: options.file };
}

/** Options whose next word is their value, so that it is not taken for the command; a test compares them with the commands. */
export const takesValue: ReadonlySet<string> = new Set(
  "--as --config --cwd --data --database -d --environment -e --header -H --host --limit --match --output -o --port -p --steps --table --timeout --to --use".split(
    " ",
  ),
);

/** The first word that is no option is the command's name. */
function splitCommand(words: readonly string[]): {
  readonly name: string | undefined;
  readonly rest: readonly string[];
} {
  const plainWords = words.filter((word, index) => !word.startsWith("-") && !takesValue.has(words[index - 1] ?? ""));
  return { name: plainWords[0], rest: plainWords.slice(1) };
}

/** Those for the command of a plugin: which project it is for, and in what colours, was looked at. */
function wordsAfter(name: string, words: readonly string[]): readonly string[] {
  const after = words.slice(
    words.findIndex((word, index) => word === name && !takesValue.has(words[index - 1] ?? "")) + 1,
  );
  const end = after.includes("--") ? after.indexOf("--") : after.length;
  return after.filter(
    (word, index) => index >= end || !(isOfProject.test(word) || /^--c(?:wd|onfig)$/.test(after[index - 1] ?? "")),
  );
}

const isOfProject = /^--(?:cwd|config)(?:=|$)|^--(?:no-)?color$/;

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

/** What is needed before the command is known: to show a mistake the way it was asked for. */
function readCommonOptions(words: readonly string[]): CommonOptions {
  const value = (name: string): string | undefined => {
    const at = words.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
    const word = words[at];
    return word === name ? words[at + 1] : word?.slice(name.length + 1);
  };
  return {
    json: words.includes("--json"),
    quiet: words.includes("--quiet") || words.includes("-q"),
    color: words.includes("--no-color") ? false : words.includes("--color") ? true : undefined,
    cwd: value("--cwd"),
    config: value("--config"),
  };
}
