import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { eventsForMachines, eventsForPeople } from "../events.ts";
import type { Events } from "../events.ts";
import { filePositional } from "../project.ts";
import { runServer } from "../run-server.ts";
import { servingOptions } from "../serving.ts";

export const start = defineCommand({
  positionals: { file: filePositional },
  options: {
    ...servingOptions,
    watch: { type: "boolean", alias: "w", describe: "Reload when a file of the configuration is saved" },
  },
  examples: [
    ["backworks start", "serve backworks.yaml of this folder"],
    ["backworks start --port 0", "on a free port; the ready line names it"],
    ["backworks start --watch", "and reload on save"],
    ["backworks start --yes", "install missing plugins without asking"],
  ],
  run: (args, context) =>
    runServer(args, context, { development: false, watch: args.watch === true, events: eventsFor(context) }),
});

/** People get a banner and notes, everything else one JSON line per event. */
function eventsFor(context: Context): Events {
  return context.terminal.output.isTerminal && !context.json ? eventsForPeople(context) : eventsForMachines(context);
}
