import { defineCommand } from "../../command.ts";
import { databaseOption, withDatabase } from "../../database-call.ts";
import { exitCodes } from "../../exit.ts";
import { openingOptions } from "../../opening.ts";

export const seed = defineCommand({
  options: { ...openingOptions, database: databaseOption },
  examples: [["backworks db seed", "fills empty tables from `seed:` of their endpoints"]],
  run: (args, context) =>
    withDatabase(context, args, async (upkeep, database) => {
      const tables = await upkeep.seed(database);
      context.result({ database, tables }, (paint) =>
        tables.length === 0
          ? "no endpoint has a seed"
          : tables.map(({ table, rows }) => `${paint.green(rows > 0 ? "+" : "=")} ${table}: ${rows} rows`).join("\n"),
      );
      return exitCodes.ok;
    }),
});
