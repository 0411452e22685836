import type { Handler, JsonValue } from "../exchange.ts";
import type { ModeReport } from "../model/app-parts.ts";
import type { PluginReport } from "../plugins/report.ts";

/** What the probes look at. */
export interface HealthSources {
  readonly name: string;
  readonly version: string | undefined;
  plugins(): Promise<readonly PluginReport[]>;
  /** Those that say how they are. */
  modes(): readonly ModeReport[];
  /** Whether the server is going down. */
  closing(): boolean;
}

const ranks = { healthy: 0, degraded: 1, unhealthy: 2 } as const;

/** Liveness: 200 as long as the process answers, whatever a plugin or a mode says of itself. */
export function answerHealth(sources: HealthSources): Handler {
  return async () => {
    const { worst, facts } = await look(sources);
    return { headers: noStore, body: { status: worst, ...facts } };
  };
}

/** Readiness: 503 while a plugin or a mode is unhealthy or the server is going down, so that no new traffic is sent here. */
export function answerReady(sources: HealthSources): Handler {
  return async () => {
    const { worst, facts } = await look(sources);
    const ready = !sources.closing() && worst !== "unhealthy";
    return { status: ready ? 200 : 503, headers: noStore, body: { status: ready ? "ready" : "not ready", ...facts } };
  };
}

const noStore = { "cache-control": "no-store" };

async function look(sources: HealthSources): Promise<{ worst: keyof typeof ranks; facts: HealthFacts }> {
  const plugins = await sources.plugins();
  const modes = sources.modes();
  return { worst: worstOf([...plugins, ...modes]), facts: describe(sources, plugins, modes) };
}

function worstOf(parts: readonly { readonly status: keyof typeof ranks }[]): keyof typeof ranks {
  return parts.reduce<keyof typeof ranks>(
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
  /** Left out when none says how it is. */
  readonly modes: readonly JsonValue[] | undefined;
}

function describe(
  { name, version }: HealthSources,
  plugins: readonly PluginReport[],
  modes: readonly ModeReport[],
): HealthFacts {
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
    modes: modes.length === 0 ? undefined : modes.map((mode) => ({ ...mode })),
  };
}
