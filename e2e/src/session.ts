import { chmodSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandFile, startCommand } from "./command.ts";
import type { RunningCommand } from "./command.ts";
import { matchesOutput, parseConsole } from "./console.ts";
import type { ConsoleStep } from "./console.ts";
import type { Workspace } from "./workspace.ts";

const serves = /^(?:npx (?:--yes|-y) @backworks\/cli(?:@\S+)?|(?:npx )?backworks) (?:start|dev)\b|^node \S+\.js$/;
const address = /\b(127\.0\.0\.1|localhost):(\d+)/g;
const portOption = / --port[ =](\d+)/;
/** How long a server must say nothing after its address before its output is compared. */
const quietMs = 400;

/** Runs a `console` block in a folder and returns what is not as shown. */
export async function runConsole(text: string, workspace: Workspace): Promise<readonly string[]> {
  await using session = openSession(workspace, writeShims(workspace));
  // Awaited here: the session ends with this scope.
  return await runSteps(text, session);
}

/** Runs a `console` block in a session and returns what is not as shown. */
export async function runSteps(text: string, session: Session): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const step of parseConsole(text)) {
    const { output, code } = serves.test(step.command) ? await session.serve(step) : await session.run(step);
    const failed = session.strict && step.expected.length === 0 && code !== 0;
    if (failed || !matchesOutput(step.expected, output)) {
      const ending = failed ? `\nended with ${code}` : "";
      problems.push(`$ ${step.command}\nshown:\n${step.expected.join("\n")}\nprinted:\n${output}${ending}`);
    }
  }
  return problems;
}

/** A terminal in which a reader works. */
export interface Session extends AsyncDisposable {
  /** Whether a command of which nothing is shown has to succeed. */
  readonly strict: boolean;
  run(step: ConsoleStep): Promise<Ran>;
  /** Runs a server until the next one, or the end of the session. */
  serve(step: ConsoleStep): Promise<Ran>;
}

interface Ran {
  readonly output: string;
  /** 0 for a server, which goes on. */
  readonly code: number | null;
}

export interface SessionOptions {
  /** @defaultValue false */
  readonly strict?: boolean;
  /** Of one command. @defaultValue that of every command */
  readonly timeoutMs?: number;
}

export function openSession(
  workspace: Workspace,
  given: NodeJS.ProcessEnv,
  { strict = false, timeoutMs }: SessionOptions = {},
): Session {
  const env = { ...given, ...writeSettings(workspace), NO_COLOR: "1", COLUMNS: "120", LINES: "50", TERM: "dumb" };
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  let cwd = workspace.folder;
  let server: RunningCommand | undefined;
  let ports: Ports | undefined;
  return {
    strict,
    async run({ command }) {
      const script = `${toActual(command, ports)}\ncode=$?\npwd > "$BW_PWD"\nexit $code`;
      await using running = startCommand([`{ ${script}\n} 2>&1`], { cwd, env, program: ["sh", "-c"], ...limit });
      const code = await running.exited;
      cwd = readFileSync(path.join(workspace.folder, ".shims/pwd"), "utf8").trim();
      return { output: toShown(running.stdout(), ports), code };
    },
    async serve({ command, expected }) {
      await server?.stop();
      server = startCommand(["-qefc", onFreePort(command), "/dev/null"], {
        cwd,
        env: { ...env, PORT: "0" },
        program: ["script"],
        ...limit,
      });
      const actual = await untilServing(server);
      ports = { actual, shown: shownPort(command, expected) };
      return { output: toShown(plain(server.stdout()), ports), code: 0 };
    },
    [Symbol.asyncDispose]: async () => void (await server?.stop()),
  };
}

/** What the session itself needs, beside the commands. */
function writeSettings(workspace: Workspace): NodeJS.ProcessEnv {
  const folder = path.join(workspace.folder, ".shims");
  workspace.write(".shims/.curlrc", "silent\nshow-error\nmax-time = 15\n");
  return { CURL_HOME: folder, BW_PWD: path.join(folder, "pwd") };
}

/** The commands a reader has: the built one, by its name or by npx; npm installs nothing, all is there. */
function writeShims(workspace: Workspace): NodeJS.ProcessEnv {
  const run = `exec "${process.execPath}" "${commandFile}" "$@"`;
  const script = (text: string): string => `#!/bin/sh\n${text}\n`;
  workspace.write(".shims/backworks", script(run));
  workspace.write(".shims/npx", script(`while [ "$1" = --yes ] || [ "$1" = -y ]; do shift; done\nshift\n${run}`));
  workspace.write(".shims/npm", script(`case "$1" in install|i|init) exit 0;; *) exec "$REAL_NPM" "$@";; esac`));
  const folder = path.join(workspace.folder, ".shims");
  for (const name of ["backworks", "npx", "npm"]) chmodSync(path.join(folder, name), 0o755);
  return { PATH: `${folder}:${process.env["PATH"]}` };
}

interface Ports {
  readonly shown: string;
  readonly actual: string;
}

/** Whatever port is shown: it may be taken here, by the server of the block before as well. Programs read `PORT`. */
function onFreePort(command: string): string {
  return command.startsWith("node") ? command : `${command.replace(portOption, "")} --port 0`;
}

function shownPort(command: string, expected: readonly string[]): string {
  const printed = /\b(?:127\.0\.0\.1|localhost):(\d+)/.exec(expected.join("\n"));
  return printed?.[1] ?? portOption.exec(command)?.[1] ?? "8080";
}

function toActual(command: string, ports: Ports | undefined): string {
  return ports === undefined ? command : command.replace(address, (_, host: string) => `${host}:${ports.actual}`);
}

function toShown(text: string, ports: Ports | undefined): string {
  return ports === undefined ? text : text.replaceAll(`:${ports.actual}`, `:${ports.shown}`);
}

/** The port, once the server has said it and is quiet; 0 when it ended. */
async function untilServing(server: RunningCommand): Promise<string> {
  const found = await server.until(/(?:127\.0\.0\.1|localhost):(\d+)/).catch(() => undefined);
  for (let before = -1; before < server.stdout().length;) {
    before = server.stdout().length;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
  return found?.[1] ?? "0";
}

/** Without carriage returns and escape sequences of the terminal. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}
