import type { Handler } from "../exchange.ts";
import type { Branches, EndpointSource, RouteDraft } from "../mode.ts";
import type { CompiledBranch } from "./compiled-endpoint.ts";
import type { MovableSource } from "./endpoint-source.ts";
import type { Mistakes } from "./mistakes.ts";
import type { OpenMode } from "./open-modes.ts";

/** An endpoint as a mode gets it that answers for another. */
export interface WantedBranch {
  readonly mode: string;
  readonly source: MovableSource;
}

/** The branches of one endpoint. */
export interface CompiledBranches {
  /** Without those that could not be compiled. */
  readonly drafts: Branches;
  readonly made: readonly CompiledBranch[];
  /** Whether all are there. */
  readonly whole: boolean;
}

/** Has other modes compile an endpoint; mistakes are collected. */
export async function compileBranches(
  wanted: readonly WantedBranch[],
  modes: ReadonlyMap<string, OpenMode>,
  mistakes: Mistakes,
): Promise<CompiledBranches> {
  const drafts = new Map<string, readonly RouteDraft[]>();
  const made: CompiledBranch[] = [];
  for (const { mode: name, source } of wanted) {
    const opened = modes.get(name);
    // One that could not be opened has said why.
    if (opened === undefined) continue;
    const compiled = await mistakes.collect(() => opened.mode.compile(source, opened.resources, new Map()));
    if (compiled === undefined) continue;
    made.push({ opened, source });
    drafts.set(
      name,
      toDrafts(compiled, source).map((draft) => withNeeds(draft, opened)),
    );
  }
  return { drafts, made, whole: made.length === wanted.length };
}

/** What a mode made of an endpoint, as routes: a handler alone answers its path and methods. */
export function toDrafts(
  compiled: Handler | readonly RouteDraft[],
  { methods, path }: EndpointSource,
): readonly RouteDraft[] {
  return typeof compiled === "function" ? [{ methods, path, handler: compiled }] : compiled;
}

function withNeeds(draft: RouteDraft, { mode }: OpenMode): RouteDraft {
  return mode.needs === undefined ? draft : { ...draft, needs: { ...mode.needs, ...draft.needs } };
}
