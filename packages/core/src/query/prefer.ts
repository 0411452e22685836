import { BackworksError } from "../errors.ts";

/** What a Prefer header asks for (RFC 7240), as far as it is known here. */
export interface Preferences {
  /** What a write answers with. */
  readonly return?: "minimal" | "headers-only" | "representation";
  /** How rows are counted. */
  readonly count?: "exact" | "planned" | "estimated";
  /** What becomes of a row that is there already. */
  readonly resolution?: "merge-duplicates" | "ignore-duplicates";
  /** What a column gets that a row of a list does not name. */
  readonly missing?: "default" | "null";
  /** Whether what a request did stays. */
  readonly tx?: "commit" | "rollback";
  /** Whether what is not known is refused. */
  readonly handling?: "strict" | "lenient";
  /** Rows an update or delete may change; more are none. */
  readonly maxAffected?: number;
}

const words: Readonly<Record<string, readonly string[]>> = {
  return: ["minimal", "headers-only", "representation"],
  count: ["exact", "planned", "estimated"],
  resolution: ["merge-duplicates", "ignore-duplicates"],
  missing: ["default", "null"],
  tx: ["commit", "rollback"],
  handling: ["strict", "lenient"],
};

const none: Preferences = Object.freeze({});

/**
 * Reads a Prefer header. What is not known is left out, or refused when the header says `handling=strict`.
 *
 * @throws BW_QUERY_PREFERENCE
 */
export function parsePreferences(header: string | readonly string[] | undefined): Preferences {
  if (header === undefined) return none;
  const preferences: Record<string, string | number> = {};
  const unknown: string[] = [];
  for (const { text, name, value } of splitPreferences(header)) {
    const key = name.toLowerCase();
    const read = valueOf(key, value.replace(/^"(.*)"$/, "$1"));
    // The first of two that differ counts (RFC 7240, 2).
    if (read === undefined) unknown.push(text);
    else preferences[key === "max-affected" ? "maxAffected" : key] ??= read;
  }
  if (preferences["handling"] === "strict" && unknown.length > 0) throw refused(unknown);
  return preferences;
}

/** One of the preferences of a header. */
export interface Preference {
  /** As it is written. */
  readonly text: string;
  /** What is before the `=`, in the case it is written in. */
  readonly name: string;
  /** Empty where there is none. */
  readonly value: string;
}

/** The preferences of a Prefer header, whatever they are. */
export function splitPreferences(header: string | readonly string[]): readonly Preference[] {
  const all = typeof header === "object" ? header.join(",") : header;
  const texts = all.split(",").map((part) => part.trim());
  return texts.flatMap((text) => {
    const [name = "", value = ""] = text.split(/\s*=\s*/);
    return text === "" ? [] : [{ text, name, value }];
  });
}

function valueOf(name: string, value: string): string | number | undefined {
  if (name === "max-affected") return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  const known = Object.hasOwn(words, name) ? words[name] : undefined;
  return known?.includes(value) ? value : undefined;
}

function refused(unknown: readonly string[]): BackworksError {
  const known = [...Object.entries(words).map(([name, values]) => `${name}=${values.join("|")}`), "max-affected=n"];
  return new BackworksError(
    "BW_QUERY_PREFERENCE",
    { preference: unknown.join(", ") },
    { hint: `known are ${known.join(", ")}`, members: { preferences: [...unknown] } },
  );
}

/** The value of `preference-applied` for those that were followed; `undefined` when none was. */
export function appliedPreferences(
  preferences: Preferences,
  followed: readonly (keyof Preferences)[],
): string | undefined {
  const parts = followed.flatMap((name) => {
    const value = preferences[name];
    return value === undefined ? [] : [`${name === "maxAffected" ? "max-affected" : name}=${value}`];
  });
  return parts.length === 0 ? undefined : parts.join(", ");
}
