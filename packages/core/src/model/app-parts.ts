import type { Config } from "../config/config.ts";
import type { ModeHealth } from "../mode.ts";
import type { Pace } from "../pace.ts";
import type { CompiledEndpoint } from "./compiled-endpoint.ts";
import type { OpenMode } from "./open-modes.ts";

/** What an App is made of and its successor may go on with. */
export interface AppParts {
  /** By name. */
  readonly modes: Map<string, OpenMode>;
  /** By name, in file order. */
  readonly endpoints: Map<string, CompiledEndpoint>;
}

export function createParts(): AppParts {
  return { modes: new Map(), endpoints: new Map() };
}

/** Lets go of everything; each part gets its turn, the first failure is thrown at the end. */
export async function releaseParts({ modes, endpoints }: AppParts, pace: Pace): Promise<void> {
  const failures: { readonly error: unknown }[] = [];
  for (const part of [...endpoints.values(), ...modes.values()]) {
    await pace();
    try {
      await part.release();
    } catch (error) {
      failures.push({ error });
    }
  }
  endpoints.clear();
  modes.clear();
  if (failures[0] !== undefined) throw failures[0].error;
}

/** The App of these parts serves from now on: what was carried on belongs to its configuration, not to an earlier one. */
export function adoptParts({ modes, endpoints }: AppParts, { endpoints: sections, raw }: Config): void {
  for (const mode of modes.values()) mode.adopt(raw.place);
  for (const { name, configPath } of sections) endpoints.get(name)?.adopt(raw, configPath);
}

/** The App of these parts is about to serve. */
export async function startModes({ modes }: AppParts): Promise<void> {
  for (const { mode, resources } of modes.values()) await mode.start?.(resources);
}

/** Takes every mode's state back to what it was at load. */
export async function resetModes({ modes }: AppParts, session: string | undefined): Promise<void> {
  for (const { mode, resources } of modes.values()) await mode.reset?.(resources, session);
}

/** How a mode is that says so. */
export interface ModeReport extends ModeHealth {
  readonly name: string;
}

/** How the modes are that say so. */
export function healthOfModes({ modes }: AppParts): readonly ModeReport[] {
  return [...modes.values()].flatMap(({ mode, resources }) => {
    if (mode.health === undefined) return [];
    try {
      return [{ name: mode.name, ...mode.health(resources) }];
    } catch {
      // Whoever asks for health wants an answer, and this is one.
      return [{ name: mode.name, status: "unhealthy", message: "it cannot say how it is" }];
    }
  });
}

/** Whether both have the very same modes and endpoints. */
export function areSame(one: AppParts, other: AppParts): boolean {
  return holdsSame(one.modes, other.modes) && holdsSame(one.endpoints, other.endpoints);
}

function holdsSame(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  return one.size === other.size && [...one].every(([name, part]) => other.get(name) === part);
}

/** Files that the parts were made from, as they were asked for. */
export function filesOf({ modes, endpoints }: AppParts): readonly string[] {
  const files: string[] = [];
  for (const { reads } of modes.values()) files.push(...reads.keys());
  for (const { reads } of endpoints.values()) files.push(...reads.keys());
  return files;
}
