import { formatErrors, isBackworksError } from "@backworks/core";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { exitCodeOf, exitCodes } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import { toErrorReport } from "../failure.ts";
import { openingOptions, openProject } from "../opening.ts";
import { filePositional } from "../project.ts";
import { keepWarnings } from "../warnings.ts";

export const validate = defineCommand({
  positionals: { file: filePositional },
  options: openingOptions,
  examples: [
    ["backworks validate", "exit 0 when everything holds, 3 with every mistake when not"],
    ["backworks validate --environment production --json", "as a check in a pipeline"],
  ],
  async run(args, context) {
    try {
      const { logger, warnings } = keepWarnings();
      const call = { ...args, install: args.install ?? false };
      const opened = await openProject(context, call, { development: false, logger });
      const { name, endpoints } = opened.app;
      await opened.close();
      for (const warning of context.json ? [] : warnings) context.terminal.errors.write(`warn ${warning}\n`);
      context.result({ valid: true, name, endpoints: endpoints.length, errors: [], warnings }, (paint) =>
        context.quiet ? "" : `${paint.green("✓")} ${paint.bold(name)} is valid: ${count(endpoints.length)}`,
      );
      return exitCodes.ok;
    } catch (error) {
      return showMistakes(error, context);
    }
  },
});

function count(endpoints: number): string {
  return `${endpoints} ${endpoints === 1 ? "endpoint" : "endpoints"}`;
}

/** The mistakes are the result here, so they go to standard output. */
function showMistakes(error: unknown, context: Context): ExitCode {
  if (!isBackworksError(error)) throw error;
  const errors = error.errors.length > 0 ? error.errors : [error];
  context.result({ valid: false, errors: errors.map((part) => toErrorReport(part)) }, (paint) =>
    formatErrors(error, { color: paint.enabled }),
  );
  return exitCodeOf(error);
}
