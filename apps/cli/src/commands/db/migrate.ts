import { relative } from "node:path";
import type { DatabaseUpkeep, MigrationState } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../context.ts";
import { databaseOption, withDatabase } from "../../database-call.ts";
import { exitCodes } from "../../exit.ts";
import type { ExitCode } from "../../exit.ts";
import { openingOptions } from "../../opening.ts";
import type { Paint } from "../../paint.ts";
import { formatTable } from "../../table.ts";

export const migrate = defineCommand({
  positionals: {
    action: {
      type: "string",
      demandOption: true,
      choices: ["up", "down", "status", "create"],
      describe: "Run what is pending, take the last back, tell how each stands, or write the files of another",
    },
    title: { type: "string", describe: "What a migration that is created is to do: `add prices`" },
  },
  options: {
    ...openingOptions,
    database: databaseOption,
    steps: { type: "number", requiresArg: true, default: 1, describe: "How many `down` takes back" },
  },
  examples: [
    ["backworks db migrate create 'add prices'", "writes migrations/<time>_add_prices.sql and its .down.sql"],
    ["backworks db migrate status", "exit 7 when something is pending or changed"],
  ],
  run: (args, context) =>
    withDatabase(context, args, (upkeep, database) =>
      run(args.action, { upkeep, database, context, steps: args.steps, title: args.title }),
    ),
});

interface Work {
  readonly upkeep: DatabaseUpkeep;
  readonly database: string;
  readonly context: Context;
  readonly steps: number;
  readonly title: string | undefined;
}

async function run(action: string, work: Work): Promise<ExitCode> {
  const { upkeep, database, context } = work;
  if (action === "create") return create(work);
  if (action === "status") return tell(await upkeep.states(database), context);
  const names = action === "up" ? await upkeep.up(database) : await upkeep.down(database, work.steps);
  const none = action === "up" ? "nothing is pending" : "nothing to take back";
  const mark = action === "up" ? "+" : "-";
  context.result({ database, [action]: names }, (paint) =>
    names.length === 0 ? none : names.map((name) => `${paint.green(mark)} ${name}`).join("\n"),
  );
  return exitCodes.ok;
}

function create({ upkeep, database, context, title }: Work): ExitCode {
  if (title === undefined)
    throw new BackworksError(
      "BW_CLI_USAGE",
      { problem: "what is the migration to do?" },
      { hint: "backworks db migrate create 'add prices'" },
    );
  const files = upkeep.create(database, title).map((file) => relative(context.cwd, file));
  context.result({ database, files }, (paint) => files.map((file) => `${paint.green("+")} ${file}`).join("\n"));
  return exitCodes.ok;
}

function tell(states: readonly MigrationState[], context: Context): ExitCode {
  context.result(states, (paint) =>
    states.length === 0 ? "no migrations" : formatTable(states.map((state) => toRow(state, paint))),
  );
  return states.every(({ state }) => state === "applied") ? exitCodes.ok : exitCodes.problemsFound;
}

function toRow({ name, state, at }: MigrationState, paint: Paint): readonly string[] {
  const colors = { applied: paint.green, pending: paint.yellow, changed: paint.red, missing: paint.red };
  return [name, colors[state](state), paint.dim(at ?? "")];
}
