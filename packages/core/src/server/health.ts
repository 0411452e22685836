import type { Handler } from "../exchange.ts";
import type { PluginReport } from "../plugins/report.ts";

/** What the probes look at. */
export interface HealthSources {
  readonly name: string;
  readonly version: string | undefined;
  plugins(): Promise<readonly PluginReport[]>;
  /** Whether the server is going down. */
  closing(): boolean;
}

const ranks = { healthy: 0, degraded: 1, unhealthy: 2 } as const;

/** Liveness: 200 as long as the process answers, whatever a plugin says of itself. */
export function answerHealth(sources: HealthSources): Handler {
  return async () => {
    const plugins = await sources.plugins();
    return { headers: noStore, body: { status: worstOf(plugins), ...describe(sources, plugins) } };
  };
}

/** Readiness: 503 while a plugin is unhealthy or the server is going down, so that no new traffic is sent here. */
export function answerReady(sources: HealthSources): Handler {
  return async () => {
    const plugins = await sources.plugins();
    const ready = !sources.closing() && worstOf(plugins) !== "unhealthy";
    const body = { status: ready ? "ready" : "not ready", ...describe(sources, plugins) };
    return { status: ready ? 200 : 503, headers: noStore, body };
  };
}

const noStore = { "cache-control": "no-store" };

function worstOf(plugins: readonly PluginReport[]): keyof typeof ranks {
  return plugins.reduce<keyof typeof ranks>(
    (worst, { status }) => (ranks[status] > ranks[worst] ? status : worst),
    "healthy",
  );
}

interface HealthFacts {
  readonly name: string;
  readonly version: string | undefined;
  readonly plugins: readonly {
    readonly name: string;
    readonly version: string;
    readonly status: string;
    readonly state: string;
    readonly message: string | undefined;
  }[];
}

function describe({ name, version }: HealthSources, plugins: readonly PluginReport[]): HealthFacts {
  return {
    name,
    version,
    plugins: plugins.map((plugin) => ({
      name: plugin.name,
      version: plugin.version,
      status: plugin.status,
      state: plugin.state,
      message: plugin.message,
    })),
  };
}
