import type { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import { blockModes } from "./outline.ts";

/** Why something may seem wrong and not be. */
interface Doubts {
  readonly modes: ReadonlyMap<string, Mode>;
  /** A file could not be read. */
  readonly incomplete: boolean;
  /** A plugin could not be loaded. */
  readonly pluginsMissing?: boolean;
}

/** Leaves out mistakes that are gone once another is mended: what a misspelt key should have said is not missing. */
export function withoutConsequences(errors: readonly BackworksError[], options: Doubts): readonly BackworksError[] {
  const modeKeys = new Set([...options.modes.values()].flatMap((mode) => Object.keys(mode.endpointKeys)));
  const misspelt = errors.filter((error) => error.code === "BW_CONFIG_UNKNOWN_KEY" && "meant" in error.details);
  return errors.filter((error) => {
    if (options.incomplete && doubtful.has(error.code)) return false;
    if (options.pluginsMissing === true && mayBeOfPlugin(error)) return false;
    if (error.code === "BW_CONFIG_MISSING_KEY") return !misspelt.some((other) => isMeant(other, error));
    if (!withoutBlock.has(error.code)) return true;
    const path = error.details["path"];
    return !misspelt.some(({ details }) => details["path"] === path && modeKeys.has(String(details["meant"])));
  });
}

/** Codes that say that an endpoint has no block, or none of its mode. */
const withoutBlock: ReadonlySet<string> = new Set([
  "BW_CONFIG_BRANCH_BLOCK",
  "BW_CONFIG_MODE_UNCLEAR",
  "BW_CONFIG_MODE_BLOCK",
]);

/** Codes that say nothing when a file could not be read: what it would have said is unknown. */
const doubtful: ReadonlySet<string> = new Set(["BW_CONFIG_MISSING_KEY", ...withoutBlock]);

function isMeant(misspelt: BackworksError, missing: BackworksError): boolean {
  return misspelt.details["path"] === missing.details["path"] && misspelt.details["meant"] === missing.details["key"];
}

/** A mode, a block or a root key that the plugin would have brought. A word that is nearly a known one is a slip. */
function mayBeOfPlugin({ code, details }: BackworksError): boolean {
  if ("meant" in details) return false;
  if (code === "BW_CONFIG_MODE_UNKNOWN") return !blockModes.includes(String(details["mode"]));
  if (code === "BW_CONFIG_MODE_UNCLEAR") return true;
  return code === "BW_CONFIG_UNKNOWN_KEY" && isOutside(String(details["path"]));
}

/** Whether a path is the root or an endpoint, where plugins may add keys. */
function isOutside(path: string): boolean {
  return path === "the configuration" || /^endpoints(?:\.[\w-]+|\."[^"]*"|\[\d+\])$/.test(path);
}
