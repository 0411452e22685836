import { openInBrowser } from "../browser.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { eventsForMachines, eventsForPeople } from "../events.ts";
import type { Events } from "../events.ts";
import { exitCodes } from "../exit.ts";
import { controlC, controlD, listenToKeys } from "../keys.ts";
import { filePositional } from "../project.ts";
import { describeRefusal, describeReload } from "../reloading.ts";
import { runServer } from "../run-server.ts";
import type { Session } from "../run-server.ts";
import { servingOptions } from "../serving.ts";

export const dev = defineCommand({
  positionals: { file: filePositional },
  options: servingOptions,
  examples: [["backworks dev", "what you save is what the next request gets"]],
  run: (args, context) =>
    runServer(args, context, {
      development: true,
      watch: true,
      events: context.json ? eventsForMachines(context) : eventsBesideTheLog(context),
      keys: keysFor(context),
    }),
});

/** What happens stands between the lines of the log, in their order. */
function eventsBesideTheLog(context: Context): Events {
  const { terminal, paint } = context;
  const tell = (text: string): void => terminal.output.write(`${text}\n`);
  return {
    ...eventsForPeople(context),
    reloaded: (result) => tell(`${paint.green("↻")} ${describeReload(result, result)}`),
    refused: (error) => tell(`\n${describeRefusal(error, paint)}\n`),
    stopping: (reason) => context.note(`${reason}: finishing the requests under way`),
    stopped: () => undefined,
  };
}

function keysFor(context: Context): { line: string; listen(session: Session): () => void } | undefined {
  const { terminal, paint } = context;
  if (terminal.input.isTTY !== true) return undefined;
  const key = (name: string, does: string): string => `${paint.bold(name)} ${paint.dim(does)}`;
  return {
    line: [key("r", "reload"), key("o", "open"), key("c", "clear"), key("q", "quit")].join(paint.dim(" · ")),
    listen: (session) => listenToKeys(terminal, keysOf(session, context)),
  };
}

function keysOf({ running, life, reload }: Session, { terminal }: Context): Readonly<Record<string, () => void>> {
  let interrupted = false;
  return {
    r: reload,
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
