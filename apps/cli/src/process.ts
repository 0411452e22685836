import { runProgram } from "./program.ts";
import { fitCollector } from "./collector.ts";
import { openTerminal } from "./terminal.ts";

/** Runs the command as this process: ends it with the exit code once everything was written. */
export async function runProcess(words: readonly string[]): Promise<void> {
  fitCollector();
  endQuietlyOnBrokenPipe(process.stdout);
  endQuietlyOnBrokenPipe(process.stderr);

  const terminal = openTerminal(process);
  const code = await runProgram(words, terminal);

  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (terminal.isGone()) endByHangup();
  process.exit(code);
}

/** Node 20 crashes in `exit` when it cannot give a terminal back that was closed; the signal that told of it ends as well. */
function endByHangup(): void {
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}

/** `backworks routes | head -1` closes our output early; that is no failure. */
function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
  });
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
