import type { ObservedPlugin } from "../observation.ts";
import type { PluginHealth, PluginMetrics } from "../plugin.ts";
import type { HookStats } from "./hook.ts";
import type { Instance, InstanceState } from "./instance.ts";
import { problemOf } from "./ledger.ts";
import type { PluginFailure } from "./ledger.ts";

/** How one plugin is. */
export interface PluginReport extends PluginHealth {
  /** The key under `plugins:`. */
  readonly name: string;
  /** Of the plugin. */
  readonly version: string;
  /** How far its life has come. */
  readonly state: InstanceState;
  /** What `initialize` and `start` took together, in milliseconds. */
  readonly startMs: number;
  /** Failures so far, by step or hook. */
  readonly errors: Readonly<Record<string, number>>;
  /** The latest failure, with its step. */
  readonly lastError: PluginFailure | undefined;
}

/** What one plugin did and cost. */
export interface PluginNumbers {
  /** By hook; those the plugin does not have are absent. */
  readonly hooks: Readonly<Record<string, Readonly<HookStats>>>;
  /** Failures so far, by step or hook. */
  readonly errors: Readonly<Record<string, number>>;
  /** What its `getMetrics` says. */
  readonly own: PluginMetrics;
}

export async function reportHealth(instance: Instance): Promise<PluginReport> {
  const health = await checkHealth(instance);
  const { name, definition, state, ledger, startMs } = instance;
  return {
    ...health,
    name,
    version: definition.version,
    state,
    startMs,
    errors: { ...ledger.counts },
    lastError: ledger.last,
  };
}

export async function reportNumbers(instance: Instance): Promise<PluginNumbers> {
  return { hooks: statsOf(instance), errors: { ...instance.ledger.counts }, own: await instance.metrics() };
}

/** What is known without asking the plugin. */
export function observe(instance: Instance): ObservedPlugin {
  const { name, definition, state, ledger } = instance;
  return { name, version: definition.version, state, hooks: statsOf(instance), errors: { ...ledger.counts } };
}

function statsOf({ hooks: { beforeRequest, afterResponse, finished } }: Instance): PluginNumbers["hooks"] {
  const placed = [beforeRequest, afterResponse, finished].flatMap((hook) => hook ?? []);
  return Object.fromEntries(placed.map(({ name, stats }) => [name, { ...stats }]));
}

/** What a check of a plugin written without types may give is anything at all. */
function readHealth(given: unknown): PluginHealth {
  if (given === undefined) return { status: "healthy" };
  const { status, message, details } = (given ?? {}) as Partial<PluginHealth>;
  if (status !== "healthy" && status !== "degraded" && status !== "unhealthy") {
    return { status: "unhealthy", message: "its health check gave no status" };
  }
  return { status, ...(typeof message === "string" && { message }), ...(details !== undefined && { details }) };
}

async function checkHealth(instance: Instance): Promise<PluginHealth> {
  const { state, ledger } = instance;
  if (state === "quarantined") {
    // Which step, and not its error: everybody can read /health.
    const step = ledger.last === undefined ? "" : `, last error in ${ledger.last.step}`;
    return { status: "unhealthy", message: `its hooks are left out for a while${step}` };
  }
  if (state === "failed" || state === "stopped") return { status: "unhealthy", message: `it has ${state}` };
  try {
    const health = readHealth(await instance.healthCheck());
    const lately = instance.blockedLately && health.status === "healthy";
    return lately ? { ...health, status: "degraded", message: "it blocked the event loop lately" } : health;
  } catch (error) {
    return { status: "unhealthy", message: problemOf(error) };
  }
}
