import { BackworksError, isBackworksError } from "@backworks/core";
import type { NewColumn } from "@backworks/core";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import type { Evolved } from "../evolve/evolve.ts";
import type { FileChange } from "../evolve/changes.ts";
import { lineDiff } from "../evolve/line-diff.ts";
import type { Difference } from "../evolve/replay.ts";
import { exitCodes } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import { openingOptions } from "../opening.ts";
import type { Paint } from "../paint.ts";
import { projectOptions } from "../project.ts";

export const evolve = defineCommand({
  positionals: {
    endpoint: { type: "string", demandOption: true, describe: "Name of an endpoint with mock.resource or mock.data" },
  },
  options: {
    to: { type: "string", requiresArg: true, choices: ["database"], default: "database", describe: "What it becomes" },
    use: { type: "string", requiresArg: true, describe: "Name of the database; left out: the one there is, or SQLite" },
    table: { type: "string", requiresArg: true, describe: "Name of the table; left out: that of the endpoint" },
    "dry-run": { type: "boolean", describe: "Show what would be written, and write nothing" },
    force: { type: "boolean", describe: "Write although answers differ" },
    ...openingOptions,
  },
  examples: [
    ["backworks evolve products --to database", "into the one database there is, or SQLite"],
    ["backworks evolve products --dry-run", "shows the files it would write; exit 7 when answers differ"],
  ],
  async run(args, context) {
    const { evolve: run } = await import("../evolve/evolve.ts");
    const { endpoint, use, table, force = false, install } = args;
    checkWords(args);
    const bench = { context, project: projectOptions(context, args.environment), install };
    const dryRun = args["dry-run"] === true;
    return untilSignal(context, async (signal) => {
      const evolved = await run(bench, { endpoint, use, table, force, dryRun, signal });
      tell(evolved, { context, dryRun });
      return evolved.differences.length > 0 && !evolved.applied ? exitCodes.problemsFound : exitCodes.ok;
    });
  },
});

/** Whoever interrupts waits until what was tried out is taken away. */
async function untilSignal(context: Context, work: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const interruption = new AbortController();
  const releases = (["SIGINT", "SIGTERM"] as const).map((name) =>
    context.terminal.onSignal(name, () => interruption.abort()),
  );
  try {
    return await work(interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted || isBackworksError(error)) throw error;
    context.note("interrupted: nothing is written");
    return exitCodes.interrupted;
  } finally {
    for (const release of releases) release();
  }
}

/** @throws BW_CLI_USAGE */
function checkWords({ to, table = "t" }: { readonly to: string; readonly table: string | undefined }): void {
  const refuse = (problem: string): BackworksError =>
    new BackworksError("BW_CLI_USAGE", { problem }, { hint: "backworks evolve --help shows what it takes" });
  if (to !== "database") throw refuse(`a mock becomes a database, not ${to}`);
  if (!/^[A-Za-z_]\w*$/.test(table)) throw refuse(`the table ${table} must be letters, digits and _`);
}

interface Telling {
  readonly context: Context;
  readonly dryRun: boolean;
}

function tell(evolved: Evolved, { context, dryRun }: Telling): void {
  const { target, plan, requests, differences, changes, applied } = evolved;
  const report = {
    database: target.name,
    tables: plan.tables.map(({ name, columns }, index) => ({
      table: name,
      columns,
      rows: plan.rows[index]?.rows.length,
    })),
    requests,
    differences,
    notes: plan.notes,
    files: changes.map(({ file }) => file),
    applied,
  };
  context.result(report, (paint) =>
    [
      ...plan.mocks.flatMap(({ mock, columns, rows }) => [
        `${paint.bold(mock.name)} becomes the table ${mock.table} of ${target.name} (${String(target.options["type"])}): ${counted(rows.length, "row")}`,
        ...Object.entries(columns).map(([name, column]) => `  ${name}  ${paint.dim(describe(column))}`),
      ]),
      ...plan.notes.map((note) => `${paint.yellow("!")} ${note}`),
      ...verdict(requests, differences, paint),
      ...(dryRun ? changes.flatMap((change) => shown(change, paint)) : written(evolved, paint)),
    ].join("\n"),
  );
}

function describe({ type, primaryKey, required, references, default: value, check }: NewColumn): string {
  const words = [
    type,
    primaryKey === true ? "key" : undefined,
    required === true ? "required" : undefined,
    value === undefined ? undefined : `by default ${JSON.stringify(value)}`,
    references === undefined ? undefined : `refers to ${references}`,
    check === undefined
      ? undefined
      : Object.entries(check)
          .flatMap(([rule, limit]) => (limit === undefined ? [] : [`${rule} ${String(limit)}`]))
          .join(", "),
  ];
  return words.filter((word) => word !== undefined).join(", ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Differences that are listed: the rest is likely of the same kind. */
const mostShown = 20;

function verdict(requests: number, differences: readonly Difference[], paint: Paint): readonly string[] {
  if (differences.length === 0) return [`${paint.green("✓")} ${counted(requests, "request")} answered alike`];
  const shownOnes = differences
    .slice(0, mostShown)
    .flatMap(({ request, at, mock, database }) => [
      `${paint.red("✗")} ${request}`,
      `    ${at}: the mock answers ${mock}, the database ${database}`,
    ]);
  const rest = differences.length - mostShown;
  const more = rest > 0 ? [`  and ${rest} more`] : [];
  return [
    `${paint.red("✗")} ${differences.length} of ${counted(requests, "request")} answered differently`,
    ...shownOnes,
    ...more,
  ];
}

function shown({ file, before, text }: FileChange, paint: Paint): readonly string[] {
  const colors: Readonly<Record<string, (line: string) => string>> = { "+": paint.green, "-": paint.red };
  const lines = lineDiff(before ?? "", text).map((line) => colors[line[0] ?? ""]?.(line) ?? line);
  return ["", paint.bold(file), ...lines];
}

function written({ applied, changes, plan, target }: Evolved, paint: Paint): readonly string[] {
  if (!applied) return ["nothing is written; --force writes it all the same, --dry-run shows it"];
  return [
    ...changes.map(({ file, before }) => `${before === undefined ? paint.green("+") : paint.yellow("~")} ${file}`),
    ...plan.rows.map(
      ({ table, rows }) => `${paint.green("+")} ${target.name}: table ${table}, ${counted(rows.length, "row")}`,
    ),
  ];
}
