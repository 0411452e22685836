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

/** Waits for the ready line of a command that serves. */
export async function waitUntilReady(running: RunningCommand): Promise<RunningServer> {
  try {
    const [line] = await running.until(/^\{.*"event":\s*"ready".*\}$/m);
    const { url } = JSON.parse(line) as { url: string };
    return { ...running, url };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
