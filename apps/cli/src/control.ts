import { BackworksError, findControl } from "@backworks/core";

/** What the control listener of a running server answered. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks the server that runs a project.
 *
 * @throws BW_CLI_NOT_RUNNING
 */
export async function askServer(root: string, method: "GET" | "POST", path: string): Promise<ControlAnswer> {
  const address = findControl(root);
  if (address === undefined) throw notRunning(root);
  try {
    return await send(new URL(`/__backworks/${path}`, address.url), method, address.token);
  } catch (cause) {
    // The file of a server that was killed: nobody listens there any more.
    throw notRunning(root, cause);
  }
}

function notRunning(root: string, cause?: unknown): BackworksError {
  return new BackworksError(
    "BW_CLI_NOT_RUNNING",
    { directory: root },
    { cause, hint: "backworks start serves it; --cwd and --config choose another project" },
  );
}

async function send(url: URL, method: string, token: string): Promise<ControlAnswer> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
  return { status: answer.status, body: await answer.json() };
}

const timeoutMs = 30_000;
