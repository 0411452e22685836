import { isBackworksError } from "@backworks/core";
import type { ReloadResult, RunningApp } from "@backworks/core";
import { formatBanner, pluginFacts } from "../banner.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { toErrorReport } from "../failure.ts";
import { runUntilStopped } from "../lifecycle.ts";
import { filePositional } from "../project.ts";
import { describeRefusal, describeReload } from "../reloading.ts";
import { openServer, servingOptions } from "../serving.ts";
import type { Serving } from "../serving.ts";

export const start = defineCommand({
  positionals: { file: filePositional },
  options: servingOptions,
  examples: [
    ["backworks start", "serve backworks.yaml of this folder"],
    ["backworks start --port 0", "on a free port; the ready line names it"],
    ["backworks start --yes", "install missing plugins without asking"],
  ],
  async run(args, context) {
    const serving = await openServer(args, context, { development: false });
    const events = createEvents(context);
    const life = runUntilStopped(serving.running, context, {
      untilStdinEnds: args["until-stdin-ends"] === true,
      onStopping: (reason) => events.stopping(reason),
      onReload: () => void reload(serving.running, events),
    });
    await events.ready(serving);
    const code = await life.ended;
    events.stopped();
    return code;
  },
});

async function reload(running: RunningApp, events: Events): Promise<void> {
  const startedAt = performance.now();
  try {
    events.reloaded(await running.reload(), performance.now() - startedAt);
  } catch (error) {
    events.refused(error);
  }
}

/** What the server's life looks like from outside. */
interface Events {
  ready(serving: Serving): Promise<void>;
  reloaded(result: ReloadResult, durationMs: number): void;
  refused(error: unknown): void;
  stopping(reason: string): void;
  stopped(): void;
}

/** People get a banner and notes, everything else one JSON line per event. */
function createEvents(context: Context): Events {
  return context.terminal.output.isTerminal && !context.json ? eventsForPeople(context) : eventsForMachines(context);
}

function eventsForPeople(context: Context): Events {
  const { terminal, paint } = context;
  return {
    async ready({ running, takenPort }) {
      if (context.quiet) return;
      const facts = { running, takenPort, reload: "backworks reload, or SIGHUP", keys: undefined };
      terminal.output.write(`${await formatBanner(facts, paint)}\n`);
    },
    reloaded: (result, durationMs) => context.note(describeReload(result, durationMs)),
    refused: (error) => terminal.errors.write(`${describeRefusal(error, paint)}\n`),
    stopping: (reason) => context.note(`${reason}: finishing the requests under way; once more ends at once`),
    stopped: () => context.note("stopped"),
  };
}

function eventsForMachines(context: Context): Events {
  const write = (event: string, facts: object = {}): void => {
    context.terminal.output.write(`${JSON.stringify({ event, time: new Date().toISOString(), ...facts })}\n`);
  };
  return {
    async ready({ running, takenPort }) {
      const { app, url, port } = running;
      const plugins = await pluginFacts(running);
      write("ready", {
        url,
        port,
        takenPort,
        name: app.name,
        endpoints: app.endpoints.length,
        plugins,
        pid: process.pid,
      });
    },
    reloaded: (result, durationMs) => write("reloaded", { ...result, durationMs: Math.round(durationMs) }),
    refused: (error) =>
      write("reload-failed", isBackworksError(error) ? toErrorReport(error) : { message: String(error) }),
    stopping: (reason) => write("stopping", { reason }),
    stopped: () => write("stopped"),
  };
}
