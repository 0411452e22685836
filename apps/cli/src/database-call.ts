import { BackworksError, databaseUpkeepService } from "@backworks/core";
import type { DatabaseUpkeep } from "@backworks/core";
import type { Context } from "./context.ts";
import { openProject } from "./opening.ts";
import type { OpeningArguments } from "./opening.ts";

/** Declared by every command that works on a database. */
export const databaseOption = {
  type: "string",
  requiresArg: true,
  describe: "Name of the database; left out: default, or the only one",
} as const;

/** Opens the configuration, without serving it, for work on one of its databases. */
export async function withDatabase<T>(
  context: Context,
  args: OpeningArguments & { readonly database: string | undefined },
  work: (upkeep: DatabaseUpkeep, database: string) => Promise<T>,
): Promise<T> {
  await using opened = await openProject(context, args, { development: true });
  const upkeep = opened.service(databaseUpkeepService);
  if (upkeep === undefined || upkeep.names.length === 0)
    throw new BackworksError(
      "BW_DATABASE_UNKNOWN",
      { database: args.database ?? "default" },
      { hint: "name one under databases:" },
    );
  return await work(upkeep, args.database ?? theOne(upkeep.names));
}

function theOne(names: readonly string[]): string {
  const [first = ""] = names;
  if (names.length === 1) return first;
  if (names.includes("default")) return "default";
  throw new BackworksError(
    "BW_CLI_USAGE",
    { problem: "there are several databases" },
    { hint: `--database ${names.join(" or ")}` },
  );
}
