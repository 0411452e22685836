import { isBackworksError } from "@backworks/core";
import { formatBanner, pluginFacts } from "./banner.ts";
import type { Context } from "./context.ts";
import { toErrorReport } from "./failure.ts";
import { describeRefusal, describeReload } from "./reloading.ts";
import type { Reloaded } from "./reloading.ts";
import type { Serving } from "./serving.ts";

/** What the life of a server looks like from outside. */
export interface Events {
  /** `reload`: how the configuration is read again. `keys`: the line about keys, when there are any. */
  ready(serving: Serving, facts: { readonly reload: string; readonly keys?: string | undefined }): Promise<void>;
  reloaded(result: Reloaded): void;
  refused(error: unknown): void;
  stopping(reason: string): void;
  stopped(): void;
  /** Something a person may want to know. */
  note(text: string): void;
}

/** One JSON line per event. */
export function eventsForMachines({ terminal }: Context): Events {
  const write = (event: string, facts: object = {}): void => {
    terminal.output.write(`${JSON.stringify({ event, time: new Date().toISOString(), ...facts })}\n`);
  };
  return {
    async ready({ running, takenPort }) {
      const { app, url, port } = running;
      const plugins = await pluginFacts(running);
      const endpoints = app.endpoints.length;
      write("ready", { url, port, takenPort, name: app.name, endpoints, plugins, pid: process.pid });
    },
    reloaded: (result) => write("reloaded", result),
    refused: (error) =>
      write("reload-failed", isBackworksError(error) ? toErrorReport(error) : { message: String(error) }),
    stopping: (reason) => write("stopping", { reason }),
    stopped: () => write("stopped"),
    note: (message) => write("note", { message }),
  };
}

/** A banner, and notes on standard error. */
export function eventsForPeople(context: Context): Events {
  const { terminal, paint } = context;
  return {
    async ready({ running, takenPort }, { reload, keys }) {
      if (context.quiet) return;
      terminal.output.write(`${await formatBanner({ running, takenPort, reload, keys }, paint)}\n`);
    },
    reloaded: (result) => context.note(`${paint.green("↻")} ${describeReload(result, result)}`),
    refused: (error) => terminal.errors.write(`${describeRefusal(error, paint)}\n`),
    stopping: (reason) => context.note(`${reason}: finishing the requests under way; once more ends at once`),
    stopped: () => context.note("stopped"),
    note: (text) => context.note(text),
  };
}
