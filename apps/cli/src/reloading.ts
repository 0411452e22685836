import { formatErrors, isBackworksError } from "@backworks/core";
import type { ReloadResult } from "@backworks/core";
import type { Paint } from "./paint.ts";

/** What a reload came to, in a line. */
export function describeReload({ changed, difference }: ReloadResult, durationMs: number): string {
  if (!changed) return "nothing changed";
  const parts = [
    counted("added", difference.added),
    counted("changed", difference.changed),
    counted("removed", difference.removed),
    difference.settings ? "settings" : "",
  ].filter((part) => part !== "");
  return `reloaded in ${durationMs.toFixed(0)} ms${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

function counted(what: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `${what} ${names.length > 3 ? `${names.length} endpoints` : names.join(", ")}`;
}

/** A configuration that does not load, with the comfort that nothing is lost. */
export function describeRefusal(error: unknown, paint: Paint): string {
  const shown = isBackworksError(error) ? formatErrors(error, { color: paint.enabled }) : String(error);
  return `${shown}\n${paint.yellow("not reloaded:")} the configuration from before serves on`;
}
