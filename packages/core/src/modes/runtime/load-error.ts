import { relative } from "node:path";
import { BackworksError } from "../../errors.ts";
import type { Place } from "../../errors.ts";
import type { ProjectFiles } from "../../mode.ts";
import { placeInStack } from "./stack-place.ts";
import type { Failure } from "./wire.ts";

/** Why a handler cannot be loaded, at the place in its file where that shows, or else where the configuration names it. */
export function toLoadError(
  failure: Failure,
  { handler, files, place }: { readonly handler: string; readonly files: ProjectFiles; readonly place: Place },
): BackworksError {
  const { message, stack, kind } = failure;
  const details = { handler, problem: message.split("\n", 1)[0] ?? message };
  const hint = kind === "exit" ? "what it printed is in the log" : undefined;
  return new BackworksError("BW_RUNTIME_LOAD", details, { where: placeIn(stack, files) ?? place, hint });
}

function placeIn(stack: string | undefined, files: ProjectFiles): Place | undefined {
  const found = placeInStack(stack, files.root);
  if (found === undefined) return undefined;
  const file = relative(files.root, found.file);
  try {
    const text = files.readText(file);
    const lines = text.split("\n");
    // What is not closed is missed only after the end.
    const line = Math.min(found.line, lines.length);
    const column = Math.min(found.column, Math.max(1, lines[line - 1]?.length ?? 1));
    return { source: { file, text }, line, column, length: 1 };
  } catch {
    // A stack may name what is no file of the project.
    return undefined;
  }
}
