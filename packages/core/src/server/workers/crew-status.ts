import type { PluginManager } from "../../plugins/manager.ts";
import type { PluginReport } from "../../plugins/report.ts";
import type { Crew, MemberStatus } from "./crew.ts";

/** What `backworks status` says of several processes. */
export async function describeCrew(crew: Crew): Promise<object> {
  const { app, url } = crew.current;
  const members = await crew.describe();
  const sum = (of: (member: MemberStatus) => number | undefined): number =>
    members.reduce((total, member) => total + (of(member) ?? 0), 0);
  return {
    url,
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    memoryBytes: process.memoryUsage.rss() + sum((member) => member.memoryBytes),
    name: app.name,
    version: app.version,
    generation: app.generation,
    hash: app.hash,
    ageSeconds: Math.round(crew.servesForMs / 1000),
    lastError: crew.record.history.lastError,
    endpoints: app.endpoints.map(({ name, path, methods, mode }) => ({ name, path, methods, mode })),
    requestsUnderWay: sum((member) => member.requestsUnderWay),
    workersReplaced: crew.replaced,
    workers: members.map(({ plugins: _plugins, metrics: _metrics, ...member }) => member),
    plugins: worstOf(members),
    metrics: Object.fromEntries(members.map(({ pid, metrics }) => [pid, metrics])),
  };
}

/** The plugins of all processes. */
export function pluginsOf(crew: Crew): Pick<PluginManager, "health" | "metrics"> {
  return {
    health: async () => worstOf(await crew.describe()),
    metrics: async () => (await crew.describe()).find(({ metrics }) => metrics !== undefined)?.metrics ?? {},
  };
}

const ranks = { healthy: 0, degraded: 1, unhealthy: 2 } as const;

/** Of each plugin the report of the process in which it is worst. */
function worstOf(members: readonly MemberStatus[]): readonly PluginReport[] {
  const worst = new Map<string, PluginReport>();
  for (const { plugins = [] } of members) {
    for (const report of plugins) {
      const known = worst.get(report.name);
      if (known === undefined || ranks[report.status] > ranks[known.status]) worst.set(report.name, report);
    }
  }
  return [...worst.values()];
}
