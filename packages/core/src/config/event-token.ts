import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";
import type { Source } from "../errors.ts";
import type { Token } from "./node.ts";

/** An event that is a value of its own. */
export type NodeEvent = Exclude<
  Event,
  { type: typeof EVENT_ID.ALIAS | typeof EVENT_ID.POP | typeof EVENT_ID.DOCUMENT }
>;

/** An event that begins a mapping or a list. */
export type CollectionEvent = Exclude<NodeEvent, ScalarEvent>;

/** The stretch that marks a value: a scalar with its quotes, the first character of a collection. */
export function eventToken(source: Source, event: NodeEvent, at: Token): Token {
  if (event.type !== EVENT_ID.SCALAR) return { source, start: event.start, end: event.start + 1 };
  if (event.valueStart < 0) return tokenOf(at);
  if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK) {
    const indent = /^\s*/.exec(source.text.slice(event.valueStart, event.valueEnd))?.[0].length ?? 0;
    return { source, start: event.valueStart + indent, end: Math.max(event.valueStart + indent + 1, event.valueEnd) };
  }
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const start = event.valueStart - (quoted ? 1 : 0);
  return { source, start, end: Math.max(start + 1, event.valueEnd + (quoted ? 1 : 0)) };
}

/** Where an event begins; `fallback` for an empty value. */
export function startOf(event: Event, fallback: number): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart < 0 ? fallback : event.valueStart;
  return event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE ? event.start : fallback;
}

/** The stretch alone, without what else a node holds. */
export function tokenOf({ source, start, end }: Token): Token {
  return { source, start, end };
}
