import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { BackworksError, suggest } from "@backworks/core";
import type { Options } from "yargs";
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

/**
 * The arguments of one command, checked: options by their names, positional words by theirs.
 *
 * Node's own parser reads them by what is declared for yargs: loading yargs costs a third of a start, so only help does.
 *
 * @throws BW_CLI_USAGE, BW_CLI_OPTION_UNKNOWN
 */
export function parseArguments(
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const declared: Readonly<Record<string, Options>> = { ...command.options, ...commonOptions };
  const names = canonicalNames(declared);
  const { tokens } = parseArgs({ args: [...words], options: toNodeOptions(declared), strict: false, tokens: true });
  const values: Record<string, unknown> = {};
  const given: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") given.push(token.value);
    if (token.kind !== "option") continue;
    const name = names.get(token.name) ?? names.get(token.name.replace(/^no-/, ""));
    const option = name === undefined ? undefined : declared[name];
    if (name === undefined || option === undefined) throw unknownOption(token.rawName, names.keys(), entry);
    values[name] = readValue(token, option, { before: values[name], entry });
  }
  for (const [name, { default: byDefault }] of Object.entries(declared)) values[name] ??= byDefault;
  return { ...values, ...readPositionals(entry, command, given.slice(entryName(entry).split(" ").length)) };
}

/** Every name and alias with the name that counts. */
function canonicalNames(declared: Readonly<Record<string, Options>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(declared).flatMap(([name, option]) => aliasesOf(name, option).map((one) => [one, name])),
  );
}

function toNodeOptions(declared: Readonly<Record<string, Options>>): NonNullable<ParseArgsConfig["options"]> {
  const entries = Object.entries(declared).flatMap(([name, option]) => {
    const all = aliasesOf(name, option);
    const short = all.find((one) => one.length === 1);
    const type = option.type === "boolean" ? ("boolean" as const) : ("string" as const);
    return all
      .filter((one) => one.length > 1)
      .map((one) => [one, one === name && short ? { type, short } : { type }] as const);
  });
  return Object.fromEntries(entries);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** An option that is there twice: the last one counts, unless it makes a list. */
function readValue(
  token: OptionToken,
  option: Options,
  { before, entry }: { readonly before: unknown; readonly entry: CommandEntry },
): unknown {
  if (option.type === "boolean") return readFlag(token, entry);
  const { value, inlineValue, rawName } = token;
  // A value that looks like an option is most likely the next option; `--data=-5` says that it is meant.
  if (value === undefined || (inlineValue === false && /^-./.test(value))) {
    throw usageError(`${rawName} needs a value`, entry);
  }
  if (option.type === "array") return [...(Array.isArray(before) ? (before as string[]) : []), value];
  if (option.type !== "number") return value;
  const number = Number(value);
  if (value.trim() === "" || Number.isNaN(number)) throw usageError(`${rawName} must be a number, not ${value}`, entry);
  return number;
}

function readFlag({ name, rawName, value }: OptionToken, entry: CommandEntry): boolean {
  if (value !== undefined && value !== "true" && value !== "false")
    throw usageError(`${rawName} takes no value`, entry);
  return (value !== "false") !== name.startsWith("no-");
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
    const hint = near === undefined ? "backworks --help lists the commands" : `did you mean ${written(near)}?`;
    throw new BackworksError("BW_CLI_OPTION_UNKNOWN", { option: word }, { hint });
  }
}

/** An option as it is written, by its name. */
function written(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function aliasesOf(key: string, { alias }: Options): readonly string[] {
  return [key, ...[alias ?? []].flat()];
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

function unknownOption(option: string, known: Iterable<string>, entry: CommandEntry): BackworksError {
  const near = suggest(
    option.replace(/^-+(no-)?/, ""),
    [...known].filter((name) => name.length > 1),
  );
  return new BackworksError(
    "BW_CLI_OPTION_UNKNOWN",
    { option },
    {
      hint:
        near === undefined
          ? `backworks ${entryName(entry)} --help lists the options`
          : `did you mean ${written(near)}?`,
    },
  );
}

function usageError(problem: string, entry: CommandEntry): BackworksError {
  const hint = `backworks ${entryName(entry)} --help shows what it takes`;
  return new BackworksError("BW_CLI_USAGE", { problem }, { hint });
}
