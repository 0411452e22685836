import type { RunningApp } from "@backworks/core";
import { formatBanner } from "../banner.ts";
import { openInBrowser } from "../browser.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit.ts";
import { withPackages } from "../install/when-missing.ts";
import { controlC, controlD, listenToKeys } from "../keys.ts";
import { runUntilStopped } from "../lifecycle.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { filePositional, projectOptions } from "../project.ts";
import { describeRefusal, describeReload } from "../reloading.ts";
import { openServer, servingOptions } from "../serving.ts";
import type { ServingArguments } from "../serving.ts";
import { watchFiles } from "../watch.ts";
import type { Watcher } from "../watch.ts";

const quietMs = 60;

export const dev = defineCommand({
  positionals: { file: filePositional },
  options: servingOptions,
  examples: [["backworks dev", "what you save is what the next request gets"]],
  async run(args, context) {
    const { running, takenPort } = await openServer(args, context, { development: true });
    const reloader = createReloader(running, args, context);
    const watcher = watchFiles({
      files: () => running.watchedFiles(),
      eager: () => reloader.failed(),
      onChange: () => void reloader.reload(false).finally(() => watcher.refresh()),
      quietMs,
    });
    const life = runUntilStopped(running, context, {
      untilStdinEnds: args["until-stdin-ends"] === true,
      onStopping: (reason) => context.note(`${reason}: finishing the requests under way`),
      onReload: () => void reloader.reload(true),
    });
    const release = listenToKeys(context.terminal, keysOf({ running, context, reloader, life, watcher }));
    await showBanner(running, takenPort, context);
    try {
      return await life.ended;
    } finally {
      release();
      watcher.close();
    }
  },
});

async function showBanner(running: RunningApp, takenPort: number | undefined, context: Context): Promise<void> {
  const { terminal, paint, json, quiet } = context;
  if (json) {
    const facts = { event: "ready", time: new Date().toISOString(), url: running.url, port: running.port, takenPort };
    terminal.output.write(`${JSON.stringify({ ...facts, name: running.app.name, pid: process.pid })}\n`);
  } else if (!quiet) {
    const key = (name: string, does: string): string => `${paint.bold(name)} ${paint.dim(does)}`;
    const keys = [key("r", "reload"), key("o", "open"), key("c", "clear"), key("q", "quit")].join(paint.dim(" · "));
    const { length } = running.watchedFiles();
    const reload = `on save, ${length} ${length === 1 ? "file" : "files"} watched`;
    const facts = { running, takenPort, reload, keys: terminal.input.isTTY === true ? keys : undefined };
    terminal.output.write(`${await formatBanner(facts, paint)}\n`);
  }
}

interface Reloader {
  /** `asked`: by a person, who is told too when nothing changed. */
  reload(asked: boolean): Promise<void>;
  /** Whether the last reload was refused. */
  failed(): boolean;
}

/** Reloads and tells; packages that a saved configuration enables are installed when that was allowed from the start. */
function createReloader(running: RunningApp, args: ServingArguments, context: Context): Reloader {
  let refusal: string | undefined;
  const project = projectOptions(context, args.environment);
  const call = { context, install: args.install === true };
  const tell = (text: string): void => {
    if (!context.json) context.terminal.output.write(`${text}\n`);
  };
  return {
    failed: () => refusal !== undefined,
    async reload(asked) {
      const startedAt = performance.now();
      try {
        const result = await withPackages(project, call, () => running.reload());
        refusal = undefined;
        if (result.changed || asked)
          tell(`${context.paint.green("↻")} ${describeReload(result, performance.now() - startedAt)}`);
      } catch (error) {
        const before = refusal;
        refusal = describeRefusal(error, context.paint);
        // What is said already is not said again: a log that lies in the project would bring the next reload.
        if (asked || refusal !== before) tell(`\n${refusal}\n`);
      }
    },
  };
}

interface Session {
  readonly running: RunningApp;
  readonly context: Context;
  readonly reloader: Reloader;
  readonly life: Lifecycle;
  readonly watcher: Watcher;
}

function keysOf({ running, context, reloader, life, watcher }: Session): Readonly<Record<string, () => void>> {
  const { terminal } = context;
  let interrupted = false;
  return {
    r: () => void reloader.reload(true).finally(() => watcher.refresh()),
    o: () => openInBrowser(running.url),
    c: () => terminal.output.write("\u001B[2J\u001B[3J\u001B[H"),
    q: () => life.stop("q", exitCodes.ok),
    [controlD]: () => life.stop("Ctrl-D", exitCodes.ok),
    [controlC]: () => {
      if (interrupted) terminal.end(exitCodes.interrupted);
      interrupted = true;
      life.stop("Ctrl-C", exitCodes.interrupted);
    },
  };
}
