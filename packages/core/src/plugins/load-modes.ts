import { pathToFileURL } from "node:url";
import { BackworksError } from "../errors.ts";
import type { Place } from "../errors.ts";
import type { Mode } from "../mode.ts";
import { modeProblem } from "./brought-shape.ts";
import { problemOf } from "./ledger.ts";
import { findPackage } from "./manifest.ts";
import { modePackages } from "./package-name.ts";

export interface ModeSources {
  /** Folders whose `node_modules` are searched, and those above: the project first. */
  readonly folders: readonly string[];
  loadModule(url: string): Promise<unknown>;
}

/**
 * Imports modes that come as packages, `@backworks/mode-x` or `backworks-mode-x`, one after another.
 *
 * Those that are not installed are left out: the check of the configuration knows what to say of an unknown word.
 *
 * @throws BW_MODE_INVALID
 */
export async function loadModes(
  names: ReadonlyMap<string, Place | undefined>,
  sources: ModeSources,
): Promise<ReadonlyMap<string, Mode>> {
  const modes = new Map<string, Mode>();
  for (const [name, where] of names) {
    const manifest = findPackage(modePackages(name), sources.folders);
    if (manifest === undefined) continue;
    const label = `${manifest.name}@${manifest.version}`;
    const namespace = await importMode(manifest.entry, label, { sources, where });
    const mode = modeIn(namespace, name);
    if (typeof mode === "string")
      throw new BackworksError("BW_MODE_INVALID", { module: label, problem: mode }, { where });
    modes.set(name, mode);
  }
  return modes;
}

async function importMode(
  file: string,
  label: string,
  { sources, where }: { readonly sources: ModeSources; readonly where: Place | undefined },
): Promise<unknown> {
  try {
    return await sources.loadModule(pathToFileURL(file).href);
  } catch (cause) {
    throw new BackworksError("BW_MODE_INVALID", { module: label, problem: problemOf(cause) }, { where, cause });
  }
}

function defaultOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "default" in value ? value.default : undefined;
}

/** The mode of this name that a module exports, or what is wrong with it. */
function modeIn(namespace: unknown, name: string): Mode | string {
  const mode = [namespace, defaultOf(namespace), defaultOf(defaultOf(namespace))].find(isMode);
  if (mode === undefined) return "its default export is not a mode";
  if (mode.name !== name) return `it is the mode ${mode.name}`;
  const problem = modeProblem({ ...mode });
  return problem === undefined ? mode : `it ${problem}`;
}

function isMode(value: unknown): value is Mode {
  if (typeof value !== "object" || value === null) return false;
  // An object; its members are looked at one by one.
  const { name, endpointKeys, open, compile } = value as Readonly<Record<string, unknown>>;
  return (
    typeof name === "string" &&
    typeof endpointKeys === "object" &&
    typeof open === "function" &&
    typeof compile === "function"
  );
}
