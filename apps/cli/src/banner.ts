import type { RunningServer } from "@backworks/core";
import { ownVersion } from "./own-package.ts";
import type { Paint } from "./paint.ts";
import { formatTable } from "./table.ts";

export interface BannerFacts {
  readonly running: RunningServer;
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
    ...describeLimit(facts),
    ...suggestPaths(running, facts.keys === undefined ? 3 : 2).map((path, index) => [
      index === 0 ? "  Try" : "",
      `curl ${running.url}${path}`,
    ]),
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
function describeEndpoints({ app }: RunningServer): string {
  const modes = new Map<string, number>();
  for (const { mode } of app.endpoints) modes.set(mode, (modes.get(mode) ?? 0) + 1);
  return [...modes].map(([mode, count]) => `${count} ${mode}`).join(", ") || "none";
}

/** Left out where there are keys: room is short, and who develops has no limit unless the file says so. */
function describeLimit({ running, keys }: BannerFacts): string[][] {
  const { rateLimit } = running.app;
  if (rateLimit === undefined || keys !== undefined) return [];
  const { requestsPerMinute, burst, by } = rateLimit;
  const whose = by === "all" ? "all clients together" : "each client";
  return [["  Limit", `${requestsPerMinute} requests a minute, ${burst} at once, ${whose} (rate_limit)`]];
}

/** A plugin that runs. */
export interface PluginFacts {
  readonly name: string;
  readonly version: string;
  /** What `initialize` and `start` took together, in milliseconds. */
  readonly startMs: number;
}

export async function pluginFacts({ plugins }: RunningServer): Promise<readonly PluginFacts[]> {
  return (await plugins.health()).map(({ name, version, startMs }) => ({ name, version, startMs }));
}

function describePlugins(plugins: readonly PluginFacts[]): string {
  const shown = plugins.slice(0, 4).map((one) => `${one.name} ${one.version} (${one.startMs.toFixed(0)} ms)`);
  const more = plugins.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ") || "none";
}

/** Paths that answer GET, one per endpoint, those without parameters first. */
function suggestPaths({ app }: RunningServer, most: number): readonly string[] {
  const firstOf = new Map<string, string>();
  for (const { info } of app.routes) {
    if (info?.method !== "GET" || firstOf.has(info.endpoint)) continue;
    firstOf.set(info.endpoint, app.server.basePath + info.pattern);
  }
  const ordered = [...firstOf.values()].sort((left, right) => Number(left.includes("{")) - Number(right.includes("{")));
  return ordered.slice(0, most).map((pattern) => fillIn(pattern));
}

/** Parameters get values of their kind; what a command line or an address cannot hold as it is gets encoded. */
function fillIn(pattern: string): string {
  const path = pattern
    .replace(/\{[^}:]*:uuid\}/g, "00000000-0000-4000-8000-000000000001")
    .replace(/\{[^}]*name\}/gi, "Ada")
    .replace(/\{[^}]*\}/g, "1")
    .replace(/\*.*$/, "x");
  return path.replace(/[^\w/.%~:,@-]+/g, (part) => encodeURIComponent(part));
}
