import { formatErrors, isBackworksError } from "@backworks/core";
import type { ReloadResult } from "@backworks/core";
import type { Paint } from "./paint.ts";

/** A reload that was taken. */
export interface Reloaded extends ReloadResult {
  readonly durationMs: number;
  /** Whether the one before was refused. */
  readonly mended: boolean;
}

/** What a reload came to, in a line. */
export function describeReload(
  { changed, difference }: ReloadResult,
  { durationMs, mended = false }: { readonly durationMs: number; readonly mended?: boolean },
): string {
  if (!changed) return mended ? "mended: as it was before" : "nothing changed";
  const parts = [
    counted("added", difference.added),
    counted("changed", difference.changed),
    counted("removed", difference.removed),
    difference.settings ? "settings" : "",
  ].filter((part) => part !== "");
  const word = mended ? "mended, reloaded" : "reloaded";
  return `${word} in ${durationMs.toFixed(0)} ms${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

function counted(what: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `${what} ${names.length > 3 ? `${names.length} endpoints` : names.join(", ")}`;
}

/** A configuration that does not load, with the comfort that nothing is lost. */
export function describeRefusal(error: unknown, paint: Paint): string {
  const shown = isBackworksError(error) ? formatErrors(error, { color: paint.enabled }) : String(error);
  return `${shown}\n${paint.yellow("not reloaded:")} the configuration from before serves on`;
}
