import { BackworksError, codes, isBackworksError, loadProject, suggest } from "@backworks/core";
import type { ErrorCode, ErrorOptions, JsonValue, PluginCommand } from "@backworks/core";
import { entryName } from "./command.ts";
import { commands } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { askServer } from "./control.ts";
import { exitCodes } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import { projectOptions } from "./project.ts";

/** A command that an enabled plugin brings. */
export interface BroughtCommand {
  readonly plugin: string;
  readonly command: PluginCommand;
  /** Checked options of the plugin. */
  readonly options: unknown;
}

/**
 * Runs a command of an enabled plugin.
 *
 * @throws BW_CLI_COMMAND_UNKNOWN, and what is wrong with the configuration
 */
export async function runPluginCommand(name: string, words: readonly string[], context: Context): Promise<ExitCode> {
  const brought = await findPluginCommands(context).catch((error: unknown) => {
    if (hasCode(error, "BW_CONFIG_NOT_FOUND")) return [];
    throw unknownCommand(name, [], error);
  });
  const found = brought.find(({ command }) => command.name === name);
  if (found === undefined) throw unknownCommand(name, brought);
  const { terminal, root } = context;
  const { createTerminalLogger } = await import("./terminal-logger.ts");
  try {
    const code = await found.command.run(words, {
      options: found.options,
      projectRoot: root,
      ask: (action, given = null) => askPlugin(root, { plugin: found.plugin, action, given }),
      write: (text) => terminal.output.write(text),
      logger: createTerminalLogger(context, found.plugin),
    });
    return code ?? exitCodes.ok;
  } catch (cause) {
    throw commandFailed(found, cause);
  }
}

interface PluginQuestion {
  readonly plugin: string;
  readonly action: string;
  readonly given: JsonValue;
}

/** Has the server that runs do what an action of the plugin does. @throws BW_CLI_NOT_RUNNING, and what the server refuses with */
async function askPlugin(root: string, { plugin, action, given }: PluginQuestion): Promise<JsonValue> {
  const order = { plugin, action, given };
  const { status, body } = await askServer(root, { method: "POST", path: "act", given: order });
  // what the control listener of the same version answers
  if (status === 200) return (body as { readonly answer: JsonValue }).answer;
  const { code, details = {}, hint, message } = body as Refusal;
  if (code !== undefined && code in codes) throw new BackworksError(code, details, { hint });
  throw new Error(message ?? `the server answers with status ${status}`);
}

/** What the control listener says of an action that failed. */
interface Refusal extends Pick<ErrorOptions, "hint"> {
  readonly code?: ErrorCode;
  readonly details?: BackworksError["details"];
  readonly message?: string;
}

/** An error with a code says enough by itself; every other one is said to be the plugin's. */
function commandFailed({ plugin, command }: BroughtCommand, cause: unknown): unknown {
  if (isBackworksError(cause)) return cause;
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new BackworksError("BW_PLUGIN_FAILED", { plugin, step: `the command ${command.name}`, problem }, { cause });
}

/** Every command the enabled plugins bring; none is initialized. */
export async function findPluginCommands(context: Context): Promise<readonly BroughtCommand[]> {
  const { config, plugins } = await loadProject(projectOptions(context, undefined));
  return config.plugins.flatMap(({ name, checked }) =>
    (plugins.get(name)?.commands ?? []).map((command) => ({ plugin: name, command, options: checked })),
  );
}

/** What was called, and what may have been meant. */
export function unknownCommand(name: string, brought: readonly BroughtCommand[], cause?: unknown): BackworksError {
  const known = [...commands.map((entry) => entryName(entry)), ...brought.map(({ command }) => command.name)];
  const near = suggest(name, known);
  const ofGroup = known.filter((one) => one.split(" ")[0] === name.split(" ")[0]);
  const otherwise =
    cause === undefined
      ? ofGroup.join(", ") || "backworks --help lists the commands"
      : "it may be one of a plugin, but the configuration does not load: backworks validate shows why";
  return new BackworksError(
    "BW_CLI_COMMAND_UNKNOWN",
    { command: name },
    { hint: near === undefined ? otherwise : `did you mean ${near}?`, cause },
  );
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
