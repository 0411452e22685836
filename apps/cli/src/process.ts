import { runProgram } from "./program.ts";
import { openTerminal } from "./terminal.ts";

/** Runs the command as this process: ends it with the exit code once everything was written. */
export async function runProcess(words: readonly string[]): Promise<void> {
  endQuietlyOnBrokenPipe(process.stdout);
  endQuietlyOnBrokenPipe(process.stderr);

  const code = await runProgram(words, openTerminal(process));

  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
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
