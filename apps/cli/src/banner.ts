import type { RunningApp } from "@backworks/core";
import { ownVersion } from "./own-package.ts";
import type { Paint } from "./paint.ts";
import { formatTable } from "./table.ts";

export interface BannerFacts {
  readonly running: RunningApp;
  readonly takenPort: number | undefined;
  /** How the configuration is read again: `on save`. */
  readonly reload: string;
  /** The line about keys, when there are any. */
  readonly keys: string | undefined;
}

/** What a person sees when the server is ready: at most 12 lines. */
export async function formatBanner(facts: BannerFacts, paint: Paint): Promise<string> {
  const { running } = facts;
  const { app } = running;
  const version = app.version === undefined ? "" : ` ${app.version}`;
  const rows = [
    ["  Serving", paint.cyan(paint.bold(running.url)) + taken(facts, paint)],
    ["  Endpoints", describeEndpoints(running)],
    ["  Plugins", describePlugins(await pluginFacts(running))],
    ["  Reload", facts.reload],
    ["  Try", firstTry(running, paint)],
  ];
  return [
    "",
    `  ${paint.bold(paint.green(app.name + version))} ${paint.dim(`backworks ${ownVersion()}`)}`,
    "",
    formatTable(rows.map(([label = "", text = ""]) => [paint.dim(label), text])),
    ...(facts.keys === undefined ? [] : ["", `  ${facts.keys}`]),
    "",
  ].join("\n");
}

function taken({ takenPort }: BannerFacts, paint: Paint): string {
  return takenPort === undefined ? "" : `  ${paint.yellow(`(port ${takenPort} is taken)`)}`;
}

/** `3 mock, 1 runtime`. */
function describeEndpoints({ app }: RunningApp): string {
  const modes = new Map<string, number>();
  for (const { mode } of app.endpoints) modes.set(mode, (modes.get(mode) ?? 0) + 1);
  return [...modes].map(([mode, count]) => `${count} ${mode}`).join(", ") || "none";
}

/** A plugin that runs. */
export interface PluginFacts {
  readonly name: string;
  readonly version: string;
  /** What `initialize` and `start` took together, in milliseconds. */
  readonly startMs: number;
}

export async function pluginFacts({ plugins }: RunningApp): Promise<readonly PluginFacts[]> {
  return (await plugins.health()).map(({ name, version, startMs }) => ({ name, version, startMs }));
}

function describePlugins(plugins: readonly PluginFacts[]): string {
  return (
    plugins.map(({ name, version, startMs }) => `${name} ${version} (${startMs.toFixed(0)} ms)`).join(", ") || "none"
  );
}

/** A request that surely works: of the first GET route, parameters filled in. */
function firstTry(running: RunningApp, paint: Paint): string {
  const paths = suggestPaths(running);
  const [first] = paths;
  return first === undefined ? paint.dim("no GET route yet") : `curl ${running.url}${first}`;
}

/** Up to three paths that answer GET, those without parameters first. */
export function suggestPaths({ app }: RunningApp): readonly string[] {
  const patterns = app.routes.flatMap(({ info }) =>
    info?.method === "GET" ? [app.server.basePath + info.pattern] : [],
  );
  const ordered = [...new Set(patterns)].sort(
    (left, right) => Number(left.includes("{")) - Number(right.includes("{")),
  );
  return ordered.slice(0, 3).map((pattern) => pattern.replace(/\{[^}]*\}/g, "1").replace(/\*.*$/, "x"));
}
