import type { CommandOptions, RunningCommand } from "./command.ts";
import { startCommand } from "./command.ts";

export interface RunningServer extends RunningCommand {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

/** Starts `backworks start --port 0` and waits for its ready line. */
export function startServer(options: CommandOptions, words: readonly string[] = []): Promise<RunningServer> {
  return waitUntilReady(startCommand(["start", "--port", "0", ...words], options));
}

/** Waits for the ready line of a command that serves, or for the banner that people get. */
export async function waitUntilReady(running: RunningCommand): Promise<RunningServer> {
  try {
    const [, url = ""] = await running.until(/^(?:\{"event":"ready".*"url":"|\s*Serving +)(http:[^"\s]+)/m);
    return { ...running, url };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
