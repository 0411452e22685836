import { BackworksError, findControls } from "@backworks/core";
import type { ControlAddress, JsonValue } from "@backworks/core";

/** What the control listener of a running server answered. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What is asked. */
export interface ControlRequest {
  readonly method: "GET" | "POST";
  /** Below `/__backworks/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly given?: JsonValue;
}

/**
 * Asks the server that runs a project; of several the one that was started last.
 *
 * @throws BW_CLI_NOT_RUNNING
 */
export async function askServer(root: string, request: ControlRequest): Promise<ControlAnswer> {
  let cause: unknown;
  for (const address of findControls(root)) {
    try {
      const answer = await send(address, request);
      // Another server that has the port of one that was killed.
      if (answer.status !== 401) return answer;
    } catch (error) {
      // Somebody is there, and is busy.
      if ((error as Error).name === "TimeoutError") throw error;
      // The process was killed and its number is another's: nobody listens there any more.
      cause = error;
    }
  }
  const hint = "backworks start serves it; --cwd and --config choose another project";
  throw new BackworksError("BW_CLI_NOT_RUNNING", { directory: root }, { cause, hint });
}

async function send({ url, token }: ControlAddress, { method, path, given }: ControlRequest): Promise<ControlAnswer> {
  const headers = { authorization: `Bearer ${token}` };
  const body = given === undefined ? {} : { body: JSON.stringify(given) };
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(new URL(`/__backworks/${path}`, url), { method, headers, signal, ...body });
  return { status: answer.status, body: await answer.json() };
}

const timeoutMs = 60_000;
