import { exitCodes } from "./exit.ts";
import { runProgram } from "./program.ts";
import { fitCollector } from "./collector.ts";
import { openTerminal } from "./terminal.ts";

/** Runs the command as this process: ends it with the exit code once everything was written. */
export async function runProcess(words: readonly string[]): Promise<void> {
  fitCollector();
  const output = watchOutput(process.stdout);
  watchOutput(process.stderr);

  const terminal = openTerminal(process);
  const code = await runProgram(words, terminal);

  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (terminal.isGone()) endByHangup();
  const { lost } = output;
  if (lost !== undefined) process.stderr.write(`the output is not whole: ${lost.message}\n`);
  process.exit(lost !== undefined && code === exitCodes.ok ? exitCodes.failure : code);
}

/** Node 20 crashes in `exit` when it cannot give a terminal back that was closed; the signal that told of it ends as well. */
function endByHangup(): void {
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}

/** Keeps what went wrong with a stream: a full disk, say. */
function watchOutput(stream: NodeJS.WriteStream): { readonly lost: Error | undefined } {
  const output: { lost: Error | undefined } = { lost: undefined };
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // `backworks routes | head -1` closes our output early; that is no failure.
    if (error.code === "EPIPE") process.exit(0);
    output.lost ??= error;
  });
  return output;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
