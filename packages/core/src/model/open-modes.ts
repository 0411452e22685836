import type { Config } from "../config/config.ts";
import type { Mode, ModeContext } from "../mode.ts";
import type { Mistakes } from "./mistakes.ts";

/** A mode with what it holds open for one App. */
export interface OpenMode {
  readonly mode: Mode;
  readonly resources: unknown;
}

/** Opens every mode that an endpoint uses, each once. Mistakes are collected; the modes that opened are in `open`. */
export async function openModes(
  config: Config,
  given: { readonly modes: ReadonlyMap<string, Mode>; readonly shared: Omit<ModeContext, "values" | "place"> },
  { open, mistakes }: { readonly open: Map<string, OpenMode>; readonly mistakes: Mistakes },
): Promise<void> {
  for (const name of new Set(config.endpoints.map((endpoint) => endpoint.mode))) {
    const mode = given.modes.get(name);
    // The configuration was checked against these modes.
    if (mode === undefined) throw new TypeError(`mode ${name} was not loaded`);
    const context = { ...given.shared, values: valuesOf(mode, config), place: config.raw.place };
    const opened = await mistakes.collect(async () => ({ mode, resources: await mode.open(context) }));
    if (opened !== undefined) open.set(name, opened);
  }
}

/** Closes what is open; every mode gets its turn, the first failure is thrown at the end. */
export async function closeModes(open: ReadonlyMap<string, OpenMode>): Promise<void> {
  const failures: unknown[] = [];
  for (const { mode, resources } of open.values()) {
    try {
      await mode.close?.(resources);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Takes every mode's state back to what it was at load. */
export async function resetModes(open: ReadonlyMap<string, OpenMode>, session: string | undefined): Promise<void> {
  for (const { mode, resources } of open.values()) await mode.reset?.(resources, session);
}

function valuesOf(mode: Mode, { modeValues }: Config): Readonly<Record<string, unknown>> {
  const keys = Object.keys(mode.rootKeys ?? {}).filter((key) => key in modeValues);
  return Object.fromEntries(keys.map((key) => [key, modeValues[key]]));
}
