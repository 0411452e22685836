import type { RunningServer } from "@backworks/core";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit.ts";
import type { ExitCode } from "./exit.ts";

export interface LifecycleOptions {
  /** Also end when standard input closes. */
  readonly untilStdinEnds: boolean;
  /** Called once, when the server begins to drain. */
  onStopping(reason: string): void;
  /** Called on SIGHUP, unless it came because the terminal was closed: that is an end. */
  onReload(): void;
}

/** The life of a server from ready to gone. */
export interface Lifecycle {
  /** Resolves with the exit code when the server is gone. */
  readonly ended: Promise<ExitCode>;
  /** Drains and ends; a second call changes nothing. */
  stop(reason: string, code: ExitCode): void;
}

/**
 * Ties a server to the signals of the process: the first SIGINT or SIGTERM drains it, the second ends the process at once.
 * SIGTERM is an order and ends with 0; SIGINT is an interruption and ends with 130.
 */
export function runUntilStopped(running: RunningServer, context: Context, options: LifecycleOptions): Lifecycle {
  const { terminal } = context;
  const { promise, resolve, reject } = withResolvers<ExitCode>();
  let stopping = false;
  let stoppedAt = 0;

  const stop = (reason: string, code: ExitCode): void => {
    if (stopping) return;
    stopping = true;
    stoppedAt = terminal.now();
    options.onStopping(reason);
    running.close().then(() => resolve(code), reject);
  };
  const onSignal = (signal: NodeJS.Signals, code: ExitCode, atOnce: ExitCode): (() => void) =>
    terminal.onSignal(signal, () => {
      if (!stopping) stop(signal, code);
      else if (terminal.now() - stoppedAt >= echoMs) terminal.end(atOnce);
    });

  const releases = [
    onSignal("SIGINT", exitCodes.interrupted, exitCodes.interrupted),
    onSignal("SIGTERM", exitCodes.ok, exitCodes.terminated),
    terminal.onSignal("SIGHUP", () => {
      if (terminal.isGone()) stop("the terminal was closed", exitCodes.ok);
      else options.onReload();
    }),
  ];
  if (options.untilStdinEnds) {
    terminal.input.on("end", () => stop("standard input ended", exitCodes.ok));
    terminal.input.on("close", () => stop("standard input ended", exitCodes.ok));
    terminal.input.resume();
  }
  const ended = promise.finally(() => {
    for (const release of releases) release();
  });
  return { ended, stop };
}

/** Reloads that are asked for before there is anything to reload. */
export interface HeldReloads {
  readonly asked: boolean;
  /** From now on somebody else listens, or nobody. */
  release(): void;
}

/** Keeps a SIGHUP of a start that is under way for later: by itself it would end the process. */
export function holdReloads({ terminal }: Pick<Context, "terminal">): HeldReloads {
  let asked = false;
  const release = terminal.onSignal("SIGHUP", () => {
    asked = true;
    if (terminal.isGone()) terminal.end(exitCodes.interrupted);
  });
  return {
    get asked() {
      return asked;
    },
    release,
  };
}

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm or npx, which it reached too. */
const echoMs = 300;

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
