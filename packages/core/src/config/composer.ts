import { BackworksError } from "../errors.ts";
import type { ErrorCode, Source } from "../errors.ts";
import type { Event } from "js-yaml";
import { mostMistakes } from "./most-mistakes.ts";
import type { Node, Token } from "./node.ts";
import { placeOf } from "./node.ts";
import type { ParseLimits } from "./parse.ts";

/** The work of building one tree. */
export interface Composer {
  /** Of the part that is being read. */
  source: Source;
  events: readonly Event[];
  readonly limits: ParseLimits;
  /** Index of the event that comes next. */
  next: number;
  /** How deep the last composed value is by itself, 1 for a scalar. */
  height: number;
  /** Values and keys so far, aliases expanded. */
  count: number;
  /** How many of them aliases and merge keys added. */
  expanded: number;
  /** Characters of scalars so far, aliases expanded. */
  length: number;
  /** How many of them aliases added. */
  expandedLength: number;
  readonly anchors: Map<string, Anchor>;
  readonly errors: BackworksError[];
}

export interface Anchor {
  /** `undefined` while the anchored value is being read. */
  node: Node | undefined;
  /** Expanded values and keys in it. */
  count: number;
  /** Expanded characters in it. */
  length: number;
  /** How deep it is by itself. */
  height: number;
}

export function createComposer(source: Source, limits: ParseLimits): Composer {
  return {
    source,
    events: [],
    limits,
    next: 0,
    height: 1,
    count: 0,
    expanded: 0,
    length: 0,
    expandedLength: 0,
    anchors: new Map(),
    errors: [],
  };
}

/** Raised when going on would only cost more; caught in `compose`. */
export const stop = new Error("the limits of a configuration are reached");

/** Refuses values that are nested too deep. */
export function checkDepth(composer: Composer, token: Token, depth: number): void {
  const { maxDepth } = composer.limits;
  if (depth > maxDepth) refuseSize(composer, token, { what: "the nesting of values", limit: `${maxDepth} deep` });
}

/** Counts before anything is expanded, so that an alias bomb costs nothing. */
export function spend(composer: Composer, token: Token, amount: Pick<Anchor, "count" | "length">): void {
  composer.count += amount.count;
  composer.expanded += amount.count;
  composer.length += amount.length;
  composer.expandedLength += amount.length;
  const { maxExpanded, maxBytes } = composer.limits;
  if (composer.expanded > maxExpanded) {
    const details = { what: "the number of values that aliases stand for", limit: String(maxExpanded) };
    refuseSize(composer, token, details);
  }
  if (composer.expandedLength <= maxBytes) return;
  refuseSize(composer, token, { what: "the text that aliases stand for", limit: `${maxBytes} characters` });
}

function refuseSize(composer: Composer, token: Token, details: Record<string, string>): never {
  report(composer, "BW_CONFIG_TOO_LARGE", { details, token });
  throw stop;
}

/** Notes a mistake; the last one that is worth noting ends the reading. */
export function report(
  composer: Composer,
  code: ErrorCode,
  at: { details: Record<string, string>; token: Token; hint?: string },
): void {
  if (composer.errors.length >= mostMistakes) throw stop;
  composer.errors.push(new BackworksError(code, at.details, { where: placeOf(at.token), hint: at.hint }));
}
