import type { ModeHealth } from "./mode.ts";
import type { PluginHealth } from "./plugin.ts";
import { defineService } from "./service.ts";
import type { ServiceKey } from "./service.ts";

/** What goes on in the server, for plugins that watch it. Nothing can be changed through it; what it gives is how things are at that moment. */
export interface Observation {
  /** The plugins of the App that serves, in their order. Asks none of them. */
  plugins(): readonly ObservedPlugin[];
  /** How each plugin says it is, by name; waits for their health checks, a second at most. */
  pluginHealth(): Promise<Readonly<Record<string, PluginHealth>>>;
  /** What each plugin's `getMetrics` says, by name; waits for them, a second at most. */
  pluginNumbers(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
  /** The modes that say how they are. */
  modes(): readonly ObservedMode[];
  /** How reloads went so far. */
  reloads(): ObservedReloads;
  /** Requests and connections that were taken over and have not ended. */
  requestsUnderWay(): number;
  /** What a mode of the App that serves offers; `undefined` when none does. */
  modeService<T>(key: ServiceKey<T>): T | undefined;
}

/** One plugin and what it did so far. */
export interface ObservedPlugin {
  /** The key under `plugins:`. */
  readonly name: string;
  /** Of the plugin. */
  readonly version: string;
  /** `new`, `initialized`, `started`, `quarantined`, `failed` or `stopped`. */
  readonly state: string;
  /** By hook; those it does not have are absent. */
  readonly hooks: Readonly<Record<string, ObservedHook>>;
  /** Failures so far, by step or hook. */
  readonly errors: Readonly<Record<string, number>>;
}

/** What one hook did so far. */
export interface ObservedHook {
  /** Also those that failed. */
  readonly calls: number;
  /** Calls that threw, rejected or took too long. */
  readonly failures: number;
  /** Calls left out while the plugin was quarantined. */
  readonly skipped: number;
  /** Milliseconds of all calls together. */
  readonly totalMs: number;
  /** Milliseconds of the longest. */
  readonly maxMs: number;
}

/** A mode with how it is. */
export interface ObservedMode extends ModeHealth {
  /** The word of `mode:`. */
  readonly name: string;
}

/** How reloads went since the start. */
export interface ObservedReloads {
  /** Those that came to an App, or found that nothing changed. */
  readonly succeeded: number;
  /** Those after which the App before serves on. */
  readonly failed: number;
  /** Whether the last one failed; `false` before the first. */
  readonly lastFailed: boolean;
  /** Clock milliseconds at which the App that serves began to. */
  readonly servesSince: number;
}

/** Under which core itself offers plugins what can be observed. */
export const observationService: ServiceKey<Observation> = defineService<Observation>("backworks.observation");
