import type { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";

/** Leaves out mistakes that are gone once another is mended: what a misspelt key should have said is not missing. */
export function withoutConsequences(
  errors: readonly BackworksError[],
  options: { readonly modes: ReadonlyMap<string, Mode>; readonly incomplete: boolean },
): readonly BackworksError[] {
  const modeKeys = new Set([...options.modes.values()].flatMap((mode) => Object.keys(mode.endpointKeys)));
  const misspelt = errors.filter((error) => error.code === "BW_CONFIG_UNKNOWN_KEY" && "meant" in error.details);
  return errors.filter((error) => {
    if (options.incomplete && doubtful.has(error.code)) return false;
    if (error.code === "BW_CONFIG_MISSING_KEY") return !misspelt.some((other) => isMeant(other, error));
    if (error.code !== "BW_CONFIG_MODE_UNCLEAR" && error.code !== "BW_CONFIG_MODE_BLOCK") return true;
    const path = error.details["path"];
    return !misspelt.some(({ details }) => details["path"] === path && modeKeys.has(String(details["meant"])));
  });
}

/** Codes that say nothing when a file could not be read: what it would have said is unknown. */
const doubtful: ReadonlySet<string> = new Set([
  "BW_CONFIG_MISSING_KEY",
  "BW_CONFIG_MODE_UNCLEAR",
  "BW_CONFIG_MODE_BLOCK",
]);

function isMeant(misspelt: BackworksError, missing: BackworksError): boolean {
  return misspelt.details["path"] === missing.details["path"] && misspelt.details["meant"] === missing.details["key"];
}
