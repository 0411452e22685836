import { splitPreferences } from "@backworks/core/query";
import { refusals } from "../refusal.ts";

/** What a Prefer header asks for (RFC 7240), in PostgREST's words. */
export interface Preferences {
  readonly resolution?: "merge-duplicates" | "ignore-duplicates";
  readonly missing?: "default" | "null";
  readonly return?: "minimal" | "headers-only" | "representation";
  readonly count?: "exact" | "planned" | "estimated";
  readonly tx?: "commit" | "rollback";
  readonly handling?: "strict" | "lenient";
  readonly timezone?: string;
  readonly "max-affected"?: string;
}

const values: Readonly<Record<keyof Preferences, RegExp>> = {
  resolution: /^(?:merge|ignore)-duplicates$/,
  missing: /^(?:default|null)$/,
  return: /^(?:minimal|headers-only|representation)$/,
  count: /^(?:exact|planned|estimated)$/,
  tx: /^(?:commit|rollback)$/,
  handling: /^(?:strict|lenient)$/,
  timezone: /^(?:[A-Za-z][\w+/-]{1,63}|[+-]?\d{1,2}(?::\d\d){0,2})$/,
  "max-affected": /^\d{1,15}$/,
};

/** Reads a Prefer header. What is not known is left out, or refused when it says `handling=strict`. */
export function readPreferences(header: string | readonly string[] | undefined): Preferences {
  if (header === undefined) return {};
  const found: Record<string, string> = {};
  const invalid: string[] = [];
  for (const { text, name, value } of splitPreferences(header)) {
    // The first of two that differ counts (RFC 7240, 2).
    if (isKnown(name) && isValid(name, value)) found[name] ??= value;
    else if (name !== "max-affected") invalid.push(text);
  }
  if (found["handling"] === "strict" && invalid.length > 0) throw refusals.preferences(invalid);
  return found;
}

function isValid(name: keyof Preferences, value: string): boolean {
  return values[name].test(value) && (name !== "timezone" || isZone(value));
}

/** Whether a time zone of this name is known; the database has the same list (IANA). What lies so many hours off is known to it, too. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return true;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    // There is none.
    return false;
  }
}

function isKnown(name: string): name is keyof Preferences {
  return Object.hasOwn(values, name);
}

const order: readonly (keyof Preferences)[] = [
  "resolution",
  "missing",
  "return",
  "count",
  "tx",
  "handling",
  "timezone",
  "max-affected",
];

/** The header that says which were followed. */
export function appliedHeader(
  preferences: Preferences,
  followed: readonly (keyof Preferences)[],
): Readonly<Record<string, string>> {
  const parts = order.flatMap((name) => {
    const value = followed.includes(name) ? preferences[name] : undefined;
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return parts.length === 0 ? {} : { "preference-applied": parts.join(", ") };
}
