import { writeSync } from "node:fs";
import { exitCodes } from "./exit.ts";
import { runProgram } from "./program.ts";
import { fitCollector } from "./collector.ts";
import { openTerminal } from "./terminal.ts";

/** Runs the command as this process: ends it with the exit code once everything was written. */
export async function runProcess(words: readonly string[]): Promise<void> {
  fitCollector();
  const leave = tellOtherEnds();
  const output = watchOutput(process.stdout, leave);
  watchOutput(process.stderr, leave);

  const terminal = openTerminal(process, leave);
  const code = await runProgram(words, terminal);

  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (terminal.isGone()) endByHangup();
  const { lost } = output;
  if (lost !== undefined) process.stderr.write(`the output is not whole: ${lost.message}\n`);
  leave(lost !== undefined && code === exitCodes.ok ? exitCodes.failure : code);
}

/** Ends the process at once. */
type Leave = (code: number) => void;

/**
 * Tells what ended the process when it was not the command: a plugin that calls `process.exit` would seem to have been a success.
 *
 * @returns how the command ends it
 */
function tellOtherEnds(): Leave {
  const tell = (reason: string): void => void writeSync(process.stderr.fd, `${reason}: the command had not ended\n`);
  const ended = (code: number): void => {
    const caller = callerOfExit();
    // Told already: an error that nobody caught, a loop that was stopped.
    if (caller === undefined || code === exitCodes.blocked) return;
    tell(`process.exit(${code}) was called by ${caller}`);
    if (code === exitCodes.ok) process.exitCode = exitCodes.failure;
  };
  const leave: Leave = (code) => {
    process.off("exit", ended);
    process.exit(code);
  };
  process.once("exit", ended);
  // Nothing is left that could go on, and the command waits: Node would end with a code and a warning of its own.
  process.once("beforeExit", () => {
    tell("a module waits at its top level for something that never comes");
    leave(exitCodes.failure);
  });
  return leave;
}

function callerOfExit(): string | undefined {
  return /process\.exit \(.*\n\s+at (.*)/.exec(new Error("who called").stack ?? "")?.[1];
}

/** Node 20 crashes in `exit` when it cannot give a terminal back that was closed; the signal that told of it ends as well. */
function endByHangup(): void {
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}

/** Keeps what went wrong with a stream: a full disk, say. */
function watchOutput(stream: NodeJS.WriteStream, leave: Leave): { readonly lost: Error | undefined } {
  const output: { lost: Error | undefined } = { lost: undefined };
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // `backworks routes | head -1` closes our output early; that is no failure.
    if (error.code === "EPIPE") leave(exitCodes.ok);
    output.lost ??= error;
  });
  return output;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
