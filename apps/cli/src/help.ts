import yargs from "yargs";
import type { Argv } from "yargs";
import { commonOptions } from "./arguments.ts";
import type { Command, CommandEntry, CommandGroup } from "./command.ts";
import { commands } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { formatTable } from "./table.ts";

const groups: readonly CommandGroup[] = ["Run", "Look", "Plugins", "Database", "Project"];

/** `backworks --help`: every command on a line, those of enabled plugins too. */
export async function programHelp(context: Context): Promise<string> {
  const { paint } = context;
  const rows = (lines: readonly Line[]): string => formatLines(lines, context);
  const sections = groups.map((group) => {
    const entries = commands.filter((entry) => entry.group === group);
    return `${paint.bold(group)}\n${rows(entries.map(toLine))}`;
  });
  const brought = await broughtCommands(context);
  if (brought.length > 0) sections.push(`${paint.bold("Of this project's plugins")}\n${rows(brought)}`);
  return [
    `${paint.bold("backworks")}  one YAML file becomes a running HTTP API`,
    ...sections,
    `${paint.bold("Everywhere")}\n${rows(common)}`,
    paint.dim(
      "backworks <command> --help says more. Exit codes: 0 ok, 1 failure, 2 usage, 3 invalid configuration,\n4 plugin missing or incompatible, 5 port in use, 6 registry or network, 7 problems found, 130 interrupted.",
    ),
  ].join("\n\n");
}

/** `backworks db --help`: the commands that begin with a word. */
export async function wordHelp(word: string, context: Context): Promise<string> {
  const begins = ([usage]: Line): boolean => usage.startsWith(`${word} `);
  const lines = [...commands.map(toLine), ...(await broughtCommands(context))].filter(begins);
  const more = context.paint.dim(`backworks ${word} <command> --help says more.`);
  return `${context.paint.bold(`backworks ${word}`)}\n${formatLines(lines, context)}\n\n${more}`;
}

/** What is written, and what it does. */
type Line = readonly [usage: string, summary: string];

function toLine({ usage, summary }: CommandEntry): Line {
  return [usage, summary];
}

function formatLines(lines: readonly Line[], { paint }: Context): string {
  return formatTable(lines.map(([usage, summary]) => [`  ${paint.cyan(usage.padEnd(26))}`, summary]));
}

const common = [
  ["--config <file>", "configuration; otherwise backworks.yaml, backworks.yml or project.yaml"],
  ["--cwd <folder>", "folder to work in"],
  ["--json", "JSON on standard output"],
  ["--quiet, -q", "the result only"],
  ["--no-color", "no colours; NO_COLOR and FORCE_COLOR are honoured"],
  ["--version, --help", ""],
] as const;

/** `backworks <command> --help`. */
export async function commandHelp(entry: CommandEntry, command: Command): Promise<string> {
  const parser = createParser(command).wrap(100).usage(`backworks ${entry.usage}\n\n${entry.summary}`);
  for (const [key, option] of Object.entries(command.positionals)) parser.positional(key, option);
  for (const [line, meaning] of command.examples) parser.example(line, meaning);
  return (await parser.getHelp()).trim();
}

/** The yargs parser that writes the help of one command. */
function createParser(command: Command): Argv {
  return yargs()
    .scriptName("backworks")
    .locale("en")
    .exitProcess(false)
    .help(false)
    .version(false)
    .options(
      Object.fromEntries(
        Object.entries(command.options).map(([key, option]) => [key, { ...option, group: "Options:" }]),
      ),
    )
    .options(commonOptions);
}

/** A configuration that does not load is no reason to withhold help. */
async function broughtCommands(context: Context): Promise<readonly Line[]> {
  try {
    const { findPluginCommands } = await import("./plugin-command.ts");
    const found = await findPluginCommands(context);
    return found.map(({ command }) => [command.name, command.description] as const);
  } catch {
    return [];
  }
}
