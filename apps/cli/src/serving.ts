import { BackworksError, isBackworksError, serveWorkers } from "@backworks/core";
import type { RunningServer } from "@backworks/core";
import type { Context } from "./context.ts";
import { withPackages } from "./install/when-missing.ts";
import { openingOptions } from "./opening.ts";
import type { OpeningArguments } from "./opening.ts";
import { projectOptions } from "./project.ts";

/** Declared by `start` and `dev`. */
export const servingOptions = {
  port: { type: "number", alias: "p", requiresArg: true, describe: "Port; 0 for any free one" },
  "next-port": { type: "boolean", describe: "When the port is taken, the next free one" },
  host: { type: "string", requiresArg: true, describe: "Address to listen on" },
  ...openingOptions,
  "until-stdin-ends": { type: "boolean", describe: "End when standard input closes, as under a supervisor" },
} as const;

export interface ServingArguments extends OpeningArguments {
  readonly port: number | undefined;
  readonly "next-port": boolean | undefined;
  readonly host: string | undefined;
  readonly "until-stdin-ends": boolean | undefined;
}

/** Every client of `start`, unless the configuration has a `rate_limit` or `rate_limit: false`: 100 a second. */
const clientLimit = { requestsPerMinute: 6000, burst: 200 };

/** A server with the packages it needs. */
export interface Serving {
  readonly running: RunningServer;
  /** The port that was asked for and taken, when another one is used. */
  readonly takenPort: number | undefined;
}

/**
 * Starts the server; installs missing packages first, as far as that is wanted.
 *
 * @throws BW_PORT_IN_USE, BW_CONFIG_INVALID, …
 */
export async function openServer(
  args: ServingArguments,
  context: Context,
  { development }: { readonly development: boolean },
): Promise<Serving> {
  checkPort(args.port);
  const project = projectOptions(context, args.environment);
  const open = async (port: number | undefined): Promise<RunningServer> =>
    serveWorkers({
      ...project,
      development,
      // The log stands on standard output too, between the events.
      log: { format: context.json ? "json" : undefined, color: context.paint.enabled },
      control: true,
      ownsProcess: true,
      ...(development ? {} : { rateLimit: clientLimit }),
      ...(port === undefined ? {} : { port }),
      ...(args.host === undefined ? {} : { host: args.host }),
    });
  return withPackages(project, { context, install: args.install }, () => onFreePort(args, open));
}

function checkPort(port: number | undefined): void {
  if (port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)) return;
  throw new BackworksError("BW_CLI_USAGE", { problem: `--port must be a whole number from 0 to 65535, not ${port}` });
}

const portsToTry = 20;

async function onFreePort(
  args: ServingArguments,
  open: (port: number | undefined) => Promise<RunningServer>,
): Promise<Serving> {
  try {
    return { running: await open(args.port), takenPort: undefined };
  } catch (error) {
    if (args["next-port"] !== true || !isPortInUse(error)) throw error;
    const taken = Number(error.details["port"]);
    return { running: await nextFree(taken, open), takenPort: taken };
  }
}

async function nextFree(taken: number, open: (port: number) => Promise<RunningServer>): Promise<RunningServer> {
  for (let port = taken + 1; port < taken + portsToTry; port += 1) {
    try {
      return await open(port);
    } catch (error) {
      if (!isPortInUse(error)) throw error;
    }
  }
  return open(taken + portsToTry);
}

function isPortInUse(error: unknown): error is BackworksError {
  return isBackworksError(error) && error.code === "BW_PORT_IN_USE";
}
