import type { HeaderList } from "@backworks/core";
import { mostSeconds, parseDirectives, parseSeconds, secondsOf } from "./directives.ts";
import type { Directives } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";
import { parseTargeted } from "./targeted.ts";

/** What an answer says of its being stored. */
export interface Control {
  readonly directives: Directives;
  /** Whether a targeted field says it, and `Cache-Control` and `Expires` do not count (RFC 9213, 2.2). */
  readonly targeted: boolean;
}

/** Of the first of these targeted fields that can be read, names in lower case; otherwise of `Cache-Control`. */
export function controlOf(headers: HeaderList, targeted: readonly string[]): Control {
  for (const name of targeted) {
    const directives = headers.has(name) ? parseTargeted(headers.get(name)) : undefined;
    if (directives !== undefined) return { directives, targeted: true };
  }
  return { directives: parseDirectives(headers.get("cache-control")), targeted: false };
}

/**
 * For how long an answer is fresh by its own word, in milliseconds from when it was made; `undefined` when it says nothing.
 *
 * Source: RFC 9111, 4.2.1.
 */
export function explicitLifetimeMs(headers: HeaderList, control: Control, nowMs: number): number | undefined {
  const seconds = secondsOf(control.directives, "s-maxage") ?? secondsOf(control.directives, "max-age");
  if (seconds !== undefined) return seconds * 1000;
  if (control.targeted || !headers.has("expires")) return undefined;
  const expires = parseHttpDate(headers.get("expires"));
  // What is no date is a time in the past (RFC 9111, 5.3).
  return expires === undefined ? 0 : Math.max(0, expires - (parseHttpDate(headers.get("date")) ?? nowMs));
}

/** A tenth of the time since it was last modified, a day at most (RFC 9111, 4.2.2). */
export function heuristicLifetimeMs(headers: HeaderList, nowMs: number): number {
  const modified = parseHttpDate(headers.get("last-modified"));
  if (modified === undefined) return 0;
  return Math.min(86_400_000, Math.max(0, ((parseHttpDate(headers.get("date")) ?? nowMs) - modified) / 10));
}

/** When an answer was asked for and when it came, in milliseconds since the Unix epoch. */
export interface Trip {
  readonly requestMs: number;
  readonly responseMs: number;
}

/**
 * Age of an answer when it came, in milliseconds.
 *
 * Source: RFC 9111, 4.2.3: corrected_initial_age.
 */
export function initialAgeMs(headers: HeaderList, { requestMs, responseMs }: Trip): number {
  // One that cannot be told makes an answer stale.
  const ageMs = (parseSeconds(headers.get("age") ?? "0") ?? mostSeconds) * 1000;
  const date = parseHttpDate(headers.get("date"));
  // Clocks have seconds here: what is younger than one is no age.
  const apparent = date === undefined ? 0 : Math.max(0, Math.floor((responseMs - date) / 1000) * 1000);
  return Math.max(apparent, ageMs === 0 ? 0 : ageMs + (responseMs - requestMs));
}
