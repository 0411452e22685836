import { BackworksError } from "../errors.ts";
import type { ErrorCode, Source } from "../errors.ts";
import type { Event } from "js-yaml";
import type { Node, Token } from "./node.ts";
import { placeOf } from "./node.ts";
import type { ParseLimits } from "./parse.ts";

/** The work of building one tree. */
export interface Composer {
  readonly source: Source;
  readonly events: readonly Event[];
  readonly limits: ParseLimits;
  next: number;
  /** Values and keys so far, aliases expanded. */
  count: number;
  /** How many of them aliases and merge keys added. */
  expanded: number;
  readonly anchors: Map<string, Anchor>;
  readonly errors: BackworksError[];
  /** Stands in for a value that cannot be used. */
  readonly nothing: (at: Token) => Node;
}

export interface Anchor {
  /** `undefined` while the anchored value is being read. */
  node: Node | undefined;
  /** Expanded values and keys in it. */
  count: number;
  /** How deep it is by itself. */
  height: number;
}

/** Raised when going on would only cost more; caught in `compose`. */
export const stop = new Error("the limits of a configuration are reached");

/** Refuses values that are nested too deep. */
export function checkDepth(composer: Composer, token: Token, depth: number): void {
  const { maxDepth } = composer.limits;
  if (depth <= maxDepth) return;
  report(composer, "BW_CONFIG_TOO_LARGE", {
    details: { what: "the nesting of values", limit: `${maxDepth} deep` },
    token,
  });
  throw stop;
}

/** Counts before anything is expanded, so that an alias bomb costs nothing. */
export function spend(composer: Composer, token: Token, amount: number): void {
  composer.count += amount;
  composer.expanded += amount;
  const { maxExpanded } = composer.limits;
  if (composer.expanded <= maxExpanded) return;
  const what = "the number of values that aliases stand for";
  report(composer, "BW_CONFIG_TOO_LARGE", { details: { what, limit: String(maxExpanded) }, token });
  throw stop;
}

export function report(
  composer: Composer,
  code: ErrorCode,
  at: { details: Record<string, string>; token: Token; hint?: string },
): void {
  composer.errors.push(new BackworksError(code, at.details, { where: placeOf(at.token), hint: at.hint }));
}
