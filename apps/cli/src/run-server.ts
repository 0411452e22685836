import type { RunningServer } from "@backworks/core";
import type { Context } from "./context.ts";
import type { Events } from "./events.ts";
import type { ExitCode } from "./exit.ts";
import { withPackages } from "./install/when-missing.ts";
import { holdReloads, runUntilStopped } from "./lifecycle.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { projectOptions } from "./project.ts";
import { createReloader } from "./reloader.ts";
import type { Reloader } from "./reloader.ts";
import { openServer } from "./serving.ts";
import type { Serving, ServingArguments } from "./serving.ts";
import { watchFiles } from "./watch.ts";
import type { Watcher } from "./watch.ts";

/** How a server is run until it is told to end. */
export interface RunOptions {
  readonly development: boolean;
  /** Whether a saved file brings a reload. */
  readonly watch: boolean;
  readonly events: Events;
  /** What a person may press; the line tells them so. */
  readonly keys?: { readonly line: string; listen(session: Session): () => void } | undefined;
}

/** A server with everything that acts on it. */
export interface Session {
  readonly running: RunningServer;
  readonly life: Lifecycle;
  /** Loads the configuration again and tells what became of it. */
  reload(): void;
}

/** Milliseconds of silence after a save: editors write in several steps, a few milliseconds apart. */
const quietMs = 15;
/** A file that is still half written then is read once more. */
const againMs = 100;

/** Serves until a signal or a person ends it. */
export async function runServer(args: ServingArguments, context: Context, options: RunOptions): Promise<ExitCode> {
  const { events, keys } = options;
  const since = Date.now();
  const held = holdReloads(context);
  const serving = await openServer(args, context, options).finally(() => held.release());
  const { running } = serving;
  const reloader = reloaderOf(serving, { args, context, events });
  const watcher = options.watch ? watch(running, reloader, { events, since }) : undefined;
  const reload = (): void => void reloader.reload(true).finally(() => watcher?.refresh());
  const life = runUntilStopped(running, context, {
    untilStdinEnds: args["until-stdin-ends"] === true,
    onStopping: (reason) => events.stopping(reason),
    onReload: reload,
  });
  const release = keys?.listen({ running, life, reload });
  await events.ready(serving, { reload: describeTriggers(running, options), keys: keys?.line });
  if (held.asked) reload();
  try {
    const code = await life.ended;
    events.stopped();
    return code;
  } finally {
    release?.();
    watcher?.close();
  }
}

function reloaderOf(
  { running }: Serving,
  { args, context, events }: { args: ServingArguments; context: Context; events: Events },
): Reloader {
  const project = projectOptions(context, args.environment);
  // Packages that a saved configuration enables are installed when that was allowed from the start.
  const call = { context, install: args.install === true };
  return createReloader({ load: () => withPackages(project, call, () => running.reload()), events, againMs });
}

function watch(
  running: RunningServer,
  reloader: Reloader,
  { events, since }: { readonly events: Events; readonly since: number },
): Watcher {
  const watcher = watchFiles({
    files: () => running.watchedFiles(),
    eager: () => reloader.failed(),
    onChange: () => void reloader.reload(false).finally(() => watcher.refresh()),
    onPolling: (reason) =>
      events.note(`files are looked at twice a second: the system gives no more watches (${reason})`),
    quietMs,
    since,
  });
  return watcher;
}

function describeTriggers(running: RunningServer, { watch: watches }: RunOptions): string {
  if (!watches) return "backworks reload, or SIGHUP";
  const { length } = running.watchedFiles();
  return `on save, ${length} ${length === 1 ? "file" : "files"} watched`;
}
